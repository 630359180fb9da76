import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ReceiveStock } from '../contracts/receive-stock.command';
import { StockRepository } from '../persistence/stock.repository';
import { StockOnDemand } from '../stock-on-demand';

@CommandHandler(ReceiveStock)
export class ReceiveStockHandler implements ICommandHandler<ReceiveStock> {
  constructor(
    private readonly stock: StockRepository,
    private readonly onDemand: StockOnDemand,
  ) {}

  async execute({
    itemId,
    quantity,
  }: ReceiveStock): Promise<{ itemId: string; onHand: number; reserved: number }> {
    const item = await this.onDemand.lock(itemId);
    item.receive(quantity);
    await this.stock.save(item);
    return { itemId, onHand: item.onHand, reserved: item.reserved };
  }
}
