import { Injectable } from '@nestjs/common';
import type { Money } from '../../../platform/domain';
import { UnitOfWork } from '../../../platform/index';

/**
 * What the copies say about one item. Absent parts are misses, which mean nothing: the owner has to be asked.
 */
export interface OfferCopy {
  item_id: string;
  stock_tracked: boolean | null;
  withdrawn: boolean | null;
  unit_price: string | null;
}

/**
 * Orders' own copy of what it needs of catalog's items and pricing's prices, kept by the reactions to their
 * events.
 */
@Injectable()
export class OfferCopies {
  constructor(private readonly work: UnitOfWork) {}

  /** One row for each of the ids, in one statement. */
  find(itemIds: string[], currency: string): Promise<OfferCopy[]> {
    return this.work.manager.query(
      `select asked.item_id, item.stock_tracked, item.withdrawn, price.unit_price
       from unnest($1::text[]) as asked (item_id)
       left join item_copies item on item.item_id = asked.item_id
       left join price_copies price on price.item_id = asked.item_id and price.currency = $2`,
      [itemIds, currency],
    );
  }

  async keepItem(itemId: string, stockTracked: boolean): Promise<void> {
    await this.work.manager.query(
      `insert into item_copies (item_id, stock_tracked) values ($1, $2)
       on conflict (item_id) do update set stock_tracked = excluded.stock_tracked`,
      [itemId, stockTracked],
    );
  }

  async markWithdrawn(itemId: string): Promise<void> {
    await this.work.manager.query(`update item_copies set withdrawn = true where item_id = $1`, [itemId]);
  }

  /** These are all prices of the item from now on, one for each currency. */
  async keepPrices(itemId: string, prices: readonly Money[]): Promise<void> {
    await this.work.manager.query(
      `with kept as (
         insert into price_copies (item_id, currency, unit_price) select $1, * from unnest($2::text[], $3::bigint[])
         on conflict (item_id, currency) do update set unit_price = excluded.unit_price)
       delete from price_copies where item_id = $1 and currency <> all ($2)`,
      [itemId, prices.map(({ currency }) => currency), prices.map(({ amount }) => amount)],
    );
  }
}
