import { Type } from 'class-transformer';
import { ArrayMinSize, IsArray, IsInstance, IsOptional, ValidateNested } from 'class-validator';
import { Money } from '../../../platform/domain';
import { EventContract, EventMessage, Upcaster } from '../../../platform/contracts';
import { IsItemId } from './item-id';

/**
 * An item's list price is this from now on. Key: itemId. May name an item that the reader has not heard of
 * yet.
 */
@EventContract('pricing.price-changed', { version: 2 })
export class PriceChanged extends EventMessage<PriceChanged> {
  @IsItemId()
  readonly itemId!: string;

  /** The price that changed. */
  @IsInstance(Money, { message: '$property must be an object' })
  @ValidateNested()
  @Type(() => Money)
  readonly unitPrice!: Money;

  /**
   * All prices of the item from now on, one for each currency. Where they are absent, `unitPrice` is the only
   * one.
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ValidateNested({ each: true })
  @Type(() => Money)
  readonly prices?: Money[];
}

/** Version 1 is of a time when an item had one price. */
@Upcaster('pricing.price-changed', { from: 1, to: 2 })
export class PriceChangedInVersion2 {
  static upcast(changed: { unitPrice: object }) {
    return { ...changed, prices: [changed.unitPrice] };
  }
}
