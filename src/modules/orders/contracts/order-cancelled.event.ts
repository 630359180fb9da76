import { IsString, IsUUID, Length } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/**
 * An order was cancelled by its customer, a declined payment, a deadline or a parcel that did not arrive, and
 * everything held has been given back. Final.
 */
@EventContract('orders.order-cancelled', { version: 1 })
export class OrderCancelled extends EventMessage<OrderCancelled> {
  @IsUUID()
  readonly orderId!: string;

  @IsString()
  @Length(1, 200)
  readonly reason!: string;
}
