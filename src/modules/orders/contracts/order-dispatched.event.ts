import { IsUUID } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/** The goods of an order have left: from here on it cannot be cancelled. */
@EventContract('orders.order-dispatched', { version: 1 })
export class OrderDispatched extends EventMessage<OrderDispatched> {
  @IsUUID()
  readonly orderId!: string;
}
