import { IsUUID } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/** An order was delivered and paid for, and its credit hold is gone. Final; its items may be returned. */
@EventContract('orders.order-completed', { version: 1 })
export class OrderCompleted extends EventMessage<OrderCompleted> {
  @IsUUID()
  readonly orderId!: string;
}
