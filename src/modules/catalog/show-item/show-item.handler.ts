import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { itemUnknown } from '../domain/item-refusals';
import type { CatalogItemView } from '../item.view';
import { ItemRepository } from '../persistence/item.repository';
import { ShowItem } from './show-item.query';

@QueryHandler(ShowItem)
export class ShowItemHandler implements IQueryHandler<ShowItem> {
  constructor(private readonly items: ItemRepository) {}

  async execute({ itemId }: ShowItem): Promise<CatalogItemView> {
    const item = await this.items.find(itemId);
    if (!item) throw itemUnknown(itemId);
    const { name, stockTracked, withdrawn, version } = item;
    return { itemId, name, stockTracked, withdrawn, version };
  }
}
