import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import { Keyset, type Page } from '../../../platform/http';
import { ITEM_ID } from '../contracts/item-id';
import { ItemPrices } from '../domain/item-prices';
import type { ItemPricesView } from '../price.view';
import type { ListPricesRequest } from './list-prices.request';

const PRICES = Keyset.ofTexts('pricing', 'the list of prices', ITEM_ID);

/**
 * Reads a page of list prices, in the byte order of the items' codes; with a currency, of the items that have
 * a price in it.
 */
@Injectable()
export class ListPricesReader {
  constructor(private readonly work: UnitOfWork) {}

  async read({ limit, cursor, currency }: ListPricesRequest): Promise<Page<ItemPricesView>> {
    const list = PRICES.filteredBy({ currency });
    const found = await this.work.read('pricing', () =>
      this.work.manager.query<{ item_id: string; amounts: Record<string, number>; version: number }[]>(
        `select item_id, amounts, version
         from prices
         where item_id > $1 ${currency === undefined ? '' : 'and amounts ? $3'}
         order by item_id
         limit $2`,
        [list.after(cursor), limit + 1, ...(currency === undefined ? [] : [currency])],
      ),
    );
    const prices = found.flatMap(({ item_id: itemId, amounts, version }) => {
      const prices = Object.assign(ItemPrices.notYetSetFor(itemId), { amounts });
      const unitPrice = prices.in(currency);
      return unitPrice ? [{ itemId, unitPrice, prices: prices.all, version }] : [];
    });
    return list.page(prices, limit, ({ itemId }) => itemId);
  }
}
