import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import { priceUnknown } from '../domain/price-unknown';
import { ItemPricesRepository } from '../persistence/item-prices.repository';
import type { ItemPricesView } from '../price.view';

/**
 * Reads one item's list price, all its prices, and their version. Refuses an item without a price, also
 * without one in the currency.
 */
@Injectable()
export class ShowPriceReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly prices: ItemPricesRepository,
  ) {}

  /** Without a currency, the price in the default one, or else the first. */
  async read(itemId: string, currency: string | undefined): Promise<ItemPricesView> {
    const prices = await this.work.read('pricing', () => this.prices.find(itemId));
    const unitPrice = prices?.in(currency);
    if (!prices || !unitPrice) throw priceUnknown(itemId, currency);
    return { itemId, unitPrice, prices: prices.all, version: prices.version };
  }
}
