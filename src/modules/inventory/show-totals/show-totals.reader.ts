import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import type { StockTotalsView } from './totals.view';

/** Sums come back as text, because they may exceed what a number holds exactly; the ones here do not. */
type AsText<T> = { [K in keyof T]: string };

/** Reads the stock of all items together. */
@Injectable()
export class ShowStockTotalsReader {
  constructor(private readonly work: UnitOfWork) {}

  async read(): Promise<StockTotalsView> {
    const [totals] = await this.work.read('inventory', () =>
      this.work.manager.query<[AsText<StockTotalsView>]>(
        `select coalesce(sum(received), 0) as received, coalesce(sum(adjusted), 0) as adjusted, coalesce(sum(dispatched), 0) as dispatched,
                coalesce(sum(returned), 0) as returned, coalesce(sum(lost), 0) as lost,
                coalesce(sum(on_hand), 0) as "onHand", coalesce(sum(reserved), 0) as reserved
         from stock_items`,
      ),
    );
    return {
      received: Number(totals.received),
      adjusted: Number(totals.adjusted),
      dispatched: Number(totals.dispatched),
      returned: Number(totals.returned),
      lost: Number(totals.lost),
      onHand: Number(totals.onHand),
      reserved: Number(totals.reserved),
    };
  }
}
