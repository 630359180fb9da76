import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AdjustStock } from '../contracts/adjust-stock.command';
import { StockRepository } from '../persistence/stock.repository';
import { StockOnDemand } from '../stock-on-demand';

@CommandHandler(AdjustStock)
export class AdjustStockHandler implements ICommandHandler<AdjustStock> {
  constructor(
    private readonly stock: StockRepository,
    private readonly onDemand: StockOnDemand,
  ) {}

  async execute({
    itemId,
    quantity,
    reason,
  }: AdjustStock): Promise<{ itemId: string; onHand: number; reserved: number }> {
    const item = await this.onDemand.lock(itemId);
    item.adjust(quantity, reason);
    await this.stock.save(item);
    return { itemId, onHand: item.onHand, reserved: item.reserved };
  }
}
