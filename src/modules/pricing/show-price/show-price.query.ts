import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import { IsItemId } from '../contracts/item-id';
import type { PriceView } from '../price.view';

/** One item's list price with its version. Asked by this module's own API only. */
@QueryContract('pricing.show-price', { version: 1 })
export class ShowPrice extends QueryMessage<ShowPrice, PriceView> {
  @IsItemId()
  readonly itemId!: string;
}
