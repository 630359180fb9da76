import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { stockUnknown } from '../domain/inventory-refusals';
import { StockRepository } from '../persistence/stock.repository';
import { ShowStock } from './show-stock.query';
import { StockView } from './stock.view';

@QueryHandler(ShowStock)
export class ShowStockHandler implements IQueryHandler<ShowStock> {
  constructor(private readonly stock: StockRepository) {}

  async execute({ itemId }: ShowStock): Promise<StockView> {
    const item = await this.stock.find(itemId);
    if (!item) throw stockUnknown(itemId);
    return StockView.of(item);
  }
}
