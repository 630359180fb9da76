import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { UnitOfWork } from '../../../platform/index';
import { Keyset, type Page, type PageRequest } from '../../../platform/http';
import { ITEM_ID } from '../../catalog/contracts/item-id';
import { StockItem } from '../domain/stock-item';
import { StockView } from '../show-stock/stock.view';

const STOCK = Keyset.ofTexts('inventory', 'the list of stock', ITEM_ID);

/** Reads a page of stock, in the byte order of the items' ids. */
@Injectable()
export class ListStockReader {
  constructor(private readonly work: UnitOfWork) {}

  async read({ limit, cursor }: PageRequest): Promise<Page<StockView>> {
    const where = { itemId: MoreThan(STOCK.after(cursor)) };
    const items = await this.work.read('inventory', () =>
      this.work.manager.find(StockItem, { where, order: { itemId: 'asc' }, take: limit + 1 }),
    );
    return STOCK.page(
      items.map((item) => StockView.of(item)),
      limit,
      ({ itemId }) => itemId,
    );
  }
}
