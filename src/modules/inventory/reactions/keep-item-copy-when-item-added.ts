import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Subscription } from '../../../platform/index';
import { ItemAdded } from '../../catalog/contracts/item-added.event';
import { ItemCopies } from '../persistence/item-copies';

/**
 * Remembers which items are stock-tracked. That never changes, so later news about an item is of no interest.
 */
@Subscription('inventory.keep-item-copy')
@EventsHandler(ItemAdded)
export class KeepItemCopyWhenItemAdded implements IEventHandler<ItemAdded> {
  constructor(private readonly copies: ItemCopies) {}

  async handle({ itemId, stockTracked }: ItemAdded): Promise<void> {
    await this.copies.keep(itemId, stockTracked);
  }
}
