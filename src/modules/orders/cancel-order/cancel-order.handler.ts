import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CancelOrder } from '../contracts/cancel-order.command';
import { FulfilmentProcess } from '../domain/fulfilment-process';
import { unknownOrder } from '../domain/unknown-order';
import { OrderRepository } from '../persistence/order.repository';

/** Hands the wish over to the fulfilment, which knows whether it can still be granted. */
@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(
    private readonly orders: OrderRepository,
    private readonly fulfilment: FulfilmentProcess,
  ) {}

  async execute({ orderId }: CancelOrder): Promise<void> {
    // Not locked here: the fulfilment takes its locks in an order of its own.
    const order = await this.orders.find(orderId);
    if (!order) throw unknownOrder();
    // The id of the row: it is the process's id, and a text.
    await this.fulfilment.requestCancellation(order.orderId);
  }
}
