import { Type } from 'class-transformer';
import { IsInstance, ValidateNested } from 'class-validator';
import { Money } from '../../../platform/domain/money';
import { EventContract } from '../../../platform/messaging/contract';
import { EventMessage } from '../../../platform/messaging/message';
import { IsItemId } from './item-id';

/** An item's list price is this from now on. Key: itemId. May name an item that the reader has not heard of yet. */
@EventContract('pricing.price-changed', { version: 1 })
export class PriceChanged extends EventMessage<PriceChanged> {
  @IsItemId()
  readonly itemId!: string;

  @IsInstance(Money, { message: '$property must be an object' })
  @ValidateNested()
  @Type(() => Money)
  readonly unitPrice!: Money;
}
