import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { Refusal } from '../../../platform/domain/refusal';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging';
import { ITEM_ID } from '../contracts/item-id';
import { ItemPrices } from '../domain/item-prices';
import type { ItemPricesView } from '../price.view';
import { ListPrices } from './list-prices.query';

@QueryHandler(ListPrices)
export class ListPricesHandler implements IQueryHandler<ListPrices> {
  constructor(private readonly work: UnitOfWork) {}

  async execute({ limit, cursor, currency }: ListPrices): Promise<Page<ItemPricesView>> {
    const found = await this.work.manager.query<{ item_id: string; amounts: Record<string, number>; version: number }[]>(
      `select item_id, amounts, version
       from prices
       where ($1::text is null or item_id > $1) and ($3::text is null or amounts ? $3)
       order by item_id
       limit $2`,
      [cursor === undefined ? null : lastOf(cursor), limit + 1, currency ?? null],
    );
    const prices = found.flatMap(({ item_id: itemId, amounts, version }) => {
      const prices = Object.assign(ItemPrices.notYetSetFor(itemId), { amounts });
      const unitPrice = prices.in(currency);
      return unitPrice ? [{ itemId, unitPrice, prices: prices.all, version }] : [];
    });
    return pageOf(prices, limit, ({ itemId }) => [itemId]);
  }
}

function lastOf(cursor: string): string {
  const itemId = String(decodeCursor(cursor)[0]);
  if (!ITEM_ID.test(itemId)) throw new Refusal('invalid', 'pricing.cursor-malformed', 'This cursor does not belong to the list of prices.');
  return itemId;
}
