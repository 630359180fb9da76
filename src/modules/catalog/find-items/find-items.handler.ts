import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../../platform/index';
import { FindItems, type ItemView } from '../contracts/find-items.query';

@QueryHandler(FindItems)
export class FindItemsHandler implements IQueryHandler<FindItems> {
  constructor(private readonly work: UnitOfWork) {}

  execute({ itemIds }: FindItems): Promise<ItemView[]> {
    return this.work.manager.query<ItemView[]>(
      `select item_id as "itemId", name, stock_tracked as "stockTracked", withdrawn
       from items
       where item_id = any ($1::text[])`,
      [itemIds],
    );
  }
}
