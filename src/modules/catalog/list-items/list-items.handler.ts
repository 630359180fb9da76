import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { Refusal } from '../../../platform/domain/refusal';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging';
import { ITEM_ID } from '../contracts/item-id';
import type { CatalogItemView } from '../item.view';
import { ListItems } from './list-items.query';

@QueryHandler(ListItems)
export class ListItemsHandler implements IQueryHandler<ListItems> {
  constructor(private readonly work: UnitOfWork) {}

  async execute({ limit, cursor }: ListItems): Promise<Page<CatalogItemView>> {
    const found = await this.work.manager.query<CatalogItemView[]>(
      `select item_id as "itemId", name, stock_tracked as "stockTracked", withdrawn, version
       from items
       where item_id > $1
       order by item_id
       limit $2`,
      [cursor === undefined ? '' : lastOf(cursor), limit + 1],
    );
    return pageOf(found, limit, ({ itemId }) => [itemId]);
  }
}

function lastOf(cursor: string): string {
  const itemId = String(decodeCursor(cursor)[0]);
  if (!ITEM_ID.test(itemId)) throw new Refusal('invalid', 'catalog.cursor-malformed', 'This cursor does not belong to the list of items.');
  return itemId;
}
