import { Injectable } from '@nestjs/common';
import { Money } from '../../../platform/domain';
import { UnitOfWork } from '../../../platform/index';
import { Keyset, type Page, type PageRequest } from '../../../platform/http';
import type { OrderLine } from '../domain/order-line';
import { unknownOrder } from '../domain/unknown-order';
import type { ReturnView } from '../order.view';

interface ReturnRow {
  return_id: string;
  order_id: string;
  lines: Omit<OrderLine, 'returned'>[];
  refund: string;
  currency: string;
  accepted_at: Date;
}

const RETURNS = Keyset.ofUuids('orders', 'this list');

/** Reads a page of an order's returns, in the order in which they were accepted. Refuses an unknown order. */
@Injectable()
export class ListReturnsReader {
  constructor(private readonly work: UnitOfWork) {}

  async read(orderId: string, { limit, cursor }: PageRequest): Promise<Page<ReturnView>> {
    const rows = await this.query<ReturnRow>(
      `select * from order_returns where order_id = $1 and return_id > $2 order by return_id limit $3`,
      [orderId, RETURNS.after(cursor), limit + 1],
    );
    if (rows.length === 0 && !(await this.exists(orderId))) throw unknownOrder();
    return RETURNS.page(rows.map(viewOf), limit, ({ returnId }) => returnId);
  }

  private async exists(orderId: string): Promise<boolean> {
    return (await this.query('select 1 from orders where order_id = $1', [orderId])).length > 0;
  }

  private query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    return this.work.read('orders', () => this.work.manager.query<Row[]>(sql, parameters));
  }
}

const viewOf = (row: ReturnRow): ReturnView => ({
  returnId: row.return_id,
  orderId: row.order_id,
  refund: Money.of(Number(row.refund), row.currency),
  acceptedAt: row.accepted_at.toISOString(),
  lines: row.lines.map((line) => ({ ...line, unitPrice: Money.of(line.unitPrice, row.currency) })),
});
