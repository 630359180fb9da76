import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { MoreThan } from 'typeorm';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging';
import { StockItem } from '../domain/stock-item';
import { StockView } from '../show-stock/stock.view';
import { ListStock } from './list-stock.query';

@QueryHandler(ListStock)
export class ListStockHandler implements IQueryHandler<ListStock> {
  constructor(private readonly work: UnitOfWork) {}

  async execute({ limit, cursor }: ListStock): Promise<Page<StockView>> {
    const items = await this.work.manager.find(StockItem, {
      where: cursor === undefined ? {} : { itemId: MoreThan(String(decodeCursor(cursor)[0])) },
      order: { itemId: 'asc' },
      take: limit + 1,
    });
    return pageOf(
      items.map((item) => StockView.of(item)),
      limit,
      ({ itemId }) => [itemId],
    );
  }
}
