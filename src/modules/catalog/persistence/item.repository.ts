import { Injectable } from '@nestjs/common';
import { AggregateRepository, UnitOfWork } from '../../../platform/index';
import { Item } from '../domain/item';
import { itemExists } from '../domain/item-refusals';

@Injectable()
export class ItemRepository extends AggregateRepository<Item> {
  constructor(work: UnitOfWork) {
    super(work, Item, 'itemId');
  }

  /**
   * Refuses a code that is taken. `on conflict do nothing` waits for a rival that has not committed yet and
   * leaves the transaction usable, where a unique violation would abort it.
   */
  override async add(item: Item): Promise<void> {
    if (!(await this.addUnlessThere(item))) throw itemExists(item.itemId);
  }
}
