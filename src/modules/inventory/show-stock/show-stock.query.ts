import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import { IsItemId } from '../contracts/item-id';
import type { StockView } from './stock.view';

/** The stock of one item. Asked by this module's own API only. */
@QueryContract('inventory.show-stock', { version: 1 })
export class ShowStock extends QueryMessage<ShowStock, StockView> {
  @IsItemId()
  readonly itemId!: string;
}
