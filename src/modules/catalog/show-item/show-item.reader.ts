import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import { itemUnknown } from '../domain/item-refusals';
import { CatalogItemView } from '../item.view';
import { ItemRepository } from '../persistence/item.repository';

/** Reads one item with its version. Refuses an unknown one. */
@Injectable()
export class ShowItemReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly items: ItemRepository,
  ) {}

  async read(itemId: string): Promise<CatalogItemView> {
    const item = await this.work.read('catalog', () => this.items.find(itemId));
    if (!item) throw itemUnknown(itemId);
    return CatalogItemView.of(item);
  }
}
