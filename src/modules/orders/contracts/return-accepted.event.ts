import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInstance, IsUUID, ValidateNested } from 'class-validator';
import { Money } from '../../../platform/domain';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { MAX_LINES, OrderedLine } from './ordered-line';

/** Part of a completed order comes back: the refund is due and the goods go back into stock. */
@EventContract('orders.return-accepted', { version: 1 })
export class ReturnAccepted extends EventMessage<ReturnAccepted> {
  @IsUUID()
  readonly orderId!: string;

  @IsUUID()
  readonly returnId!: string;

  /** One entry per line of the order that the items are taken from, at that line's price. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => OrderedLine)
  readonly lines!: OrderedLine[];

  @IsInstance(Money)
  @ValidateNested()
  @Type(() => Money)
  readonly refund!: Money;
}
