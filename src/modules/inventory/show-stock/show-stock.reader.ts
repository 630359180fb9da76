import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import { stockUnknown } from '../domain/inventory-refusals';
import { StockRepository } from '../persistence/stock.repository';
import { StockView } from './stock.view';

/** Reads the stock of one item. Refuses an item without stock. */
@Injectable()
export class ShowStockReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly stock: StockRepository,
  ) {}

  async read(itemId: string): Promise<StockView> {
    const item = await this.work.read('inventory', () => this.stock.find(itemId));
    if (!item) throw stockUnknown(itemId);
    return StockView.of(item);
  }
}
