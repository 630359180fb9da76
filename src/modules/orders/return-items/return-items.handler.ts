import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import type { Money } from '../../../platform/domain';
import { Clock } from '../../../platform/index';
import { ReturnItems } from '../contracts/return-items.command';
import { unknownOrder } from '../domain/unknown-order';
import { OrderRepository } from '../persistence/order.repository';
import { ReturnRepository } from '../persistence/return.repository';

/**
 * Takes items of a completed order back. The lock on the order keeps two returns from taking the same units.
 */
@CommandHandler(ReturnItems)
export class ReturnItemsHandler implements ICommandHandler<ReturnItems> {
  constructor(
    private readonly orders: OrderRepository,
    private readonly returns: ReturnRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ orderId, lines }: ReturnItems): Promise<{ returnId: string; refund: Money }> {
    const order = await this.orders.lock(orderId);
    if (!order) throw unknownOrder();
    const accepted = order.returnItems(uuidv7(), lines);
    await this.orders.save(order);
    await this.returns.add(accepted, lines.length, this.clock.now());
    return { returnId: accepted.returnId, refund: accepted.refund };
  }
}
