import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { FindItems } from '../../catalog/contracts/find-items.query';
import { QuotePrices } from '../../pricing/contracts/quote-prices.query';
import type { Offer } from '../domain/decide-lines';
import { OfferCopies, type OfferCopy } from '../persistence/offer-copies';

/** What is asked about a set of items. */
export interface OfferRequest {
  itemIds: ReadonlySet<string>;
  /** The items among them whose list price matters. */
  priced: ReadonlySet<string>;
  currency: string;
}

/**
 * The items and prices of an order: from the local copies, and for what they lack from the owners, since a
 * copy may be behind. What the owners answer is used and not kept: written here it could overwrite a newer
 * event.
 */
@Injectable()
export class Offers {
  constructor(
    private readonly copies: OfferCopies,
    private readonly queries: QueryBus,
  ) {}

  /** Unknown items are left out. One statement; two questions more at most, whatever the number of items. */
  async find({ itemIds, priced, currency }: OfferRequest): Promise<Map<string, Offer>> {
    const copies = await this.copies.find([...itemIds], currency);
    const [items, prices] = await Promise.all([
      this.askCatalog(copies.filter((copy) => copy.stock_tracked === null)),
      this.askPricing(
        copies.filter((copy) => copy.unit_price === null && priced.has(copy.item_id)),
        currency,
      ),
    ]);
    const offers = new Map<string, Offer>();
    for (const copy of copies) {
      const item =
        copy.stock_tracked === null
          ? items.get(copy.item_id)
          : { stockTracked: copy.stock_tracked, withdrawn: copy.withdrawn === true };
      const listPrice = copy.unit_price === null ? prices.get(copy.item_id) : Number(copy.unit_price);
      if (item)
        offers.set(copy.item_id, { stockTracked: item.stockTracked, withdrawn: item.withdrawn, listPrice });
    }
    return offers;
  }

  private async askCatalog(
    misses: OfferCopy[],
  ): Promise<Map<string, { stockTracked: boolean; withdrawn: boolean }>> {
    if (misses.length === 0) return new Map();
    const items = await this.queries.execute(new FindItems({ itemIds: misses.map((miss) => miss.item_id) }));
    return new Map(items.map((item) => [item.itemId, item]));
  }

  private async askPricing(misses: OfferCopy[], currency: string): Promise<Map<string, number>> {
    if (misses.length === 0) return new Map();
    const quotes = await this.queries.execute(
      new QuotePrices({ itemIds: misses.map((miss) => miss.item_id), currency }),
    );
    return new Map(
      quotes
        .filter((quote) => quote.unitPrice.currency === currency)
        .map((quote) => [quote.itemId, quote.unitPrice.amount]),
    );
  }
}
