import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { priceUnknown } from '../domain/price-unknown';
import { PriceRepository } from '../persistence/price.repository';
import type { PriceView } from '../price.view';
import { ShowPrice } from './show-price.query';

@QueryHandler(ShowPrice)
export class ShowPriceHandler implements IQueryHandler<ShowPrice> {
  constructor(private readonly prices: PriceRepository) {}

  async execute({ itemId }: ShowPrice): Promise<PriceView> {
    const price = await this.prices.find(itemId);
    if (!price) throw priceUnknown(itemId);
    return { itemId, unitPrice: price.unitPrice, version: price.version };
  }
}
