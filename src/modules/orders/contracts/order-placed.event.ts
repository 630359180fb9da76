import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInstance, IsUUID, ValidateNested } from 'class-validator';
import { Money } from '../../../platform/domain';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { MAX_LINES, OrderedLine } from './ordered-line';

/** An order was accepted; its fulfilment begins. */
@EventContract('orders.order-placed', { version: 1 })
export class OrderPlaced extends EventMessage<OrderPlaced> {
  @IsUUID()
  readonly orderId!: string;

  @IsUUID()
  readonly customerId!: string;

  @IsInstance(Money)
  @ValidateNested()
  @Type(() => Money)
  readonly total!: Money;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => OrderedLine)
  readonly lines!: OrderedLine[];
}
