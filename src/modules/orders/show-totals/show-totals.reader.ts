import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import type { OrderTotalsView } from '../order.view';

/** Reads how many orders and returns there are. */
@Injectable()
export class ShowTotalsReader {
  constructor(private readonly work: UnitOfWork) {}

  async read(): Promise<OrderTotalsView> {
    const [totals] = await this.work.read('orders', () =>
      this.work.manager.query<[OrderTotalsView]>(
        `select
           (select coalesce(jsonb_object_agg(state, orders), '{}') from (select state, count(*) as orders from orders group by state) s) as "byState",
           (select count(*)::int from order_returns) as returns,
           (select coalesce(sum(requested_lines), 0)::int from order_returns) as "returnedLines"`,
      ),
    );
    return totals;
  }
}
