import { IsString, IsUUID, Length } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';

/** An order was refused by stock or credit, and everything held for it has been given back. Final. */
@EventContract('orders.order-rejected', { version: 1 })
export class OrderRejected extends EventMessage<OrderRejected> {
  @IsUUID()
  readonly orderId!: string;

  @IsString()
  @Length(1, 200)
  readonly reason!: string;
}
