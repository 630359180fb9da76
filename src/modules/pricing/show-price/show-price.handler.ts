import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { priceUnknown } from '../domain/price-unknown';
import { ItemPricesRepository } from '../persistence/item-prices.repository';
import type { ItemPricesView } from '../price.view';
import { ShowPrice } from './show-price.query';

@QueryHandler(ShowPrice)
export class ShowPriceHandler implements IQueryHandler<ShowPrice> {
  constructor(private readonly prices: ItemPricesRepository) {}

  async execute({ itemId, currency }: ShowPrice): Promise<ItemPricesView> {
    const prices = await this.prices.find(itemId);
    const unitPrice = prices?.in(currency);
    if (!prices || !unitPrice) throw priceUnknown(itemId, currency);
    return { itemId, unitPrice, prices: prices.all, version: prices.version };
  }
}
