import { IsOptional, IsString } from 'class-validator';
import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import { IsItemId } from '../contracts/item-id';
import type { ItemPricesView } from '../price.view';

/** One item's list price, all its prices, and their version. Asked by this module's own API only. */
@QueryContract('pricing.show-price', { version: 1 })
export class ShowPrice extends QueryMessage<ShowPrice, ItemPricesView> {
  @IsItemId()
  readonly itemId!: string;

  /** The one in the default currency, or else the first, when absent. */
  @IsOptional()
  @IsString()
  readonly currency?: string;
}
