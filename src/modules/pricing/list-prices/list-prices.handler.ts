import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { Refusal } from '../../../platform/domain/refusal';
import { cursorMark, decodeCursor, type Page, pageOf, requireMark } from '../../../platform/http/paging';
import { ITEM_ID } from '../contracts/item-id';
import { ItemPrices } from '../domain/item-prices';
import type { ItemPricesView } from '../price.view';
import { ListPrices } from './list-prices.query';

@QueryHandler(ListPrices)
export class ListPricesHandler implements IQueryHandler<ListPrices> {
  constructor(private readonly work: UnitOfWork) {}

  async execute({ limit, cursor, currency }: ListPrices): Promise<Page<ItemPricesView>> {
    const mark = cursorMark({ currency });
    const found = await this.work.manager.query<{ item_id: string; amounts: Record<string, number>; version: number }[]>(
      `select item_id, amounts, version
       from prices
       where item_id > $1 ${currency === undefined ? '' : 'and amounts ? $3'}
       order by item_id
       limit $2`,
      [cursor === undefined ? '' : lastOf(cursor, mark), limit + 1, ...(currency === undefined ? [] : [currency])],
    );
    const prices = found.flatMap(({ item_id: itemId, amounts, version }) => {
      const prices = Object.assign(ItemPrices.notYetSetFor(itemId), { amounts });
      const unitPrice = prices.in(currency);
      return unitPrice ? [{ itemId, unitPrice, prices: prices.all, version }] : [];
    });
    return pageOf(prices, limit, ({ itemId }) => [itemId, mark]);
  }
}

function lastOf(cursor: string, mark: string): string {
  const [last, given] = decodeCursor(cursor);
  const itemId = String(last);
  if (!ITEM_ID.test(itemId)) throw new Refusal('invalid', 'pricing.cursor-malformed', 'This cursor does not belong to the list of prices.');
  requireMark(given, mark);
  return itemId;
}
