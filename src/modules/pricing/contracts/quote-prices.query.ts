import { ArrayMaxSize, IsArray, IsString, Matches } from 'class-validator';
import type { Money } from '../../../platform/domain';
import { QueryContract, QueryMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';

export interface QuotedPrice {
  itemId: string;
  unitPrice: Money;
}

/**
 * What do these items cost now? Items without a price in the currency are left out of the answer; its order
 * means nothing.
 */
@QueryContract('pricing.quote-prices', { version: 1 })
export class QuotePrices extends QueryMessage<QuotePrices, QuotedPrice[]> {
  @IsArray()
  @ArrayMaxSize(1000)
  @IsItemId({ each: true })
  readonly itemIds!: string[];

  @IsString()
  @Matches(/^[A-Z]{3}$/, { message: 'currency must be an ISO 4217 code such as GBP' })
  readonly currency!: string;
}
