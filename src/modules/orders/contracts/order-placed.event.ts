import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInstance,
  IsString,
  IsUUID,
  Matches,
  ValidateNested,
} from 'class-validator';
import { Money } from '../../../platform/domain';
import { EventContract, EventMessage, Upcaster } from '../../../platform/contracts';
import { MAX_LINES, OrderedLine } from './ordered-line';
import { SALES_CHANNEL, UNKNOWN_CHANNEL } from './sales-channel';

/** An order was accepted; its fulfilment begins. */
@EventContract('orders.order-placed', { version: 2, readableSince: 1 })
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

  /** Where it was sold, such as `wholesale`. */
  @IsString()
  @Matches(SALES_CHANNEL)
  readonly salesChannel!: string;
}

/** Version 1 is of a time when orders did not say where they were sold. */
@Upcaster('orders.order-placed', { from: 1, to: 2 })
export class OrderPlacedInVersion2 {
  static upcast(placed: object) {
    return { ...placed, salesChannel: UNKNOWN_CHANNEL };
  }
}
