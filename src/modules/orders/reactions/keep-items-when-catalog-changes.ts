import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Subscription } from '../../../platform/index';
import { ItemAdded } from '../../catalog/contracts/item-added.event';
import { ItemChanged } from '../../catalog/contracts/item-changed.event';
import { ItemWithdrawn } from '../../catalog/contracts/item-withdrawn.event';
import { OfferCopies } from '../persistence/offer-copies';

/** Keeps the copy of items: whether they are stock-tracked, and whether they are still sold. */
@Subscription('orders.keep-items')
@EventsHandler(ItemAdded, ItemChanged, ItemWithdrawn)
export class KeepItemsWhenCatalogChanges implements IEventHandler<ItemAdded | ItemChanged | ItemWithdrawn> {
  constructor(private readonly copies: OfferCopies) {}

  async handle(event: ItemAdded | ItemChanged | ItemWithdrawn): Promise<void> {
    if (event instanceof ItemWithdrawn) await this.copies.markWithdrawn(event.itemId);
    else await this.copies.keepItem(event.itemId, event.stockTracked);
  }
}
