import { QueryContract } from '../../../platform/messaging/contract';
import { QueryMessage } from '../../../platform/messaging/message';
import { IsItemId } from '../contracts/item-id';
import type { CatalogItemView } from '../item.view';

/** One item with its version. Asked by this module's own API only. */
@QueryContract('catalog.show-item', { version: 1 })
export class ShowItem extends QueryMessage<ShowItem, CatalogItemView> {
  @IsItemId()
  readonly itemId!: string;
}
