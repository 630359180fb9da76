import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { Money } from '../../../platform/domain/money';
import { Refusal } from '../../../platform/domain/refusal';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging';
import { ITEM_ID } from '../contracts/item-id';
import type { PriceView } from '../price.view';
import { ListPrices } from './list-prices.query';

@QueryHandler(ListPrices)
export class ListPricesHandler implements IQueryHandler<ListPrices> {
  constructor(private readonly work: UnitOfWork) {}

  async execute({ limit, cursor }: ListPrices): Promise<Page<PriceView>> {
    const found = await this.work.manager.query<{ item_id: string; amount: string; currency: string; version: number }[]>(
      `select item_id, amount, currency, version
       from prices
       where $1::text is null or item_id > $1
       order by item_id
       limit $2`,
      [cursor === undefined ? null : lastOf(cursor), limit + 1],
    );
    const prices = found.map(({ item_id: itemId, amount, currency, version }) => ({
      itemId,
      unitPrice: Money.of(Number(amount), currency),
      version,
    }));
    return pageOf(prices, limit, ({ itemId }) => [itemId]);
  }
}

function lastOf(cursor: string): string {
  const itemId = String(decodeCursor(cursor)[0]);
  if (!ITEM_ID.test(itemId)) throw new Refusal('invalid', 'pricing.cursor-malformed', 'This cursor does not belong to the list of prices.');
  return itemId;
}
