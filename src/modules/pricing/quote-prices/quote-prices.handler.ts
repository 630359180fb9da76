import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Money } from '../../../platform/domain';
import { UnitOfWork } from '../../../platform/index';
import { QuotePrices, type QuotedPrice } from '../contracts/quote-prices.query';

@QueryHandler(QuotePrices)
export class QuotePricesHandler implements IQueryHandler<QuotePrices> {
  constructor(private readonly work: UnitOfWork) {}

  async execute({ itemIds, currency }: QuotePrices): Promise<QuotedPrice[]> {
    const rows = await this.work.manager.query<{ item_id: string; amount: string }[]>(
      `select item_id, amounts ->> $2 as amount
       from prices
       where item_id = any ($1::text[]) and amounts ? $2`,
      [itemIds, currency],
    );
    return rows.map(({ item_id: itemId, amount }) => ({
      itemId,
      unitPrice: Money.of(Number(amount), currency),
    }));
  }
}
