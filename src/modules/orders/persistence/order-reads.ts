import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { BEFORE_ALL_UUIDS } from '../../../platform/validation/uuid';
import type { Metadata } from '../../../platform/domain/labels';
import { Money } from '../../../platform/domain/money';
import type { OrderLine } from '../domain/order-line';
import type { HistoryEntry, OrderState } from '../domain/order-state';
import type { OrderStep } from '../follow-order/order-changes';
import type { OrderCountView, OrderSummaryView, OrderTotalsView, OrderView, ReturnView } from '../order.view';
import { countStatement, MOST_COUNTED, type OrderFilter, type OrderPosition, type OrderSort, pageStatement } from './order-list';

interface SummaryRow {
  order_id: string;
  customer_id: string;
  state: OrderState;
  total: string;
  currency: string;
  placed_at: Date;
  external_reference: string | null;
  metadata: Metadata;
}

interface OrderRow extends SummaryRow {
  lines: OrderLine[];
  history: HistoryEntry[];
  version: number;
}

interface ReturnRow {
  return_id: string;
  order_id: string;
  lines: Omit<OrderLine, 'returned'>[];
  refund: string;
  currency: string;
  accepted_at: Date;
}

const SUMMARY = 'order_id, customer_id, state, total, currency, placed_at, external_reference, metadata';

/** As exact as the column: JavaScript's dates end at milliseconds. */
const EXACT_MOMENT = `to_char(placed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as exact`;

/** What is shown of orders, read past the aggregate and outside any transaction. */
@Injectable()
export class OrderReads {
  constructor(private readonly work: UnitOfWork) {}

  /** One order, and the revision that its ETag is made of. */
  async order(orderId: string): Promise<{ view: OrderView; revision: number } | null> {
    const [row] = await this.query<OrderRow>(`select ${SUMMARY}, lines, history, version from orders where order_id = $1`, [orderId]);
    if (!row) return null;
    const lines = row.lines.map((line) => ({ ...line, unitPrice: Money.of(line.unitPrice, row.currency) }));
    return { view: { ...summaryOf(row), lines, history: row.history }, revision: row.version + row.history.length };
  }

  /** At most `limit` orders, in the order of the sort, after a position in it; each with its own. */
  async list(
    filter: OrderFilter,
    sort: OrderSort,
    after: OrderPosition | undefined,
    limit: number,
  ): Promise<{ order: OrderSummaryView; at: OrderPosition }[]> {
    const { text, values } = pageStatement(`${SUMMARY}, ${EXACT_MOMENT}`, filter, sort, after, limit);
    const rows = await this.query<SummaryRow & { exact: string }>(text, values);
    return rows.map((row) => ({ order: summaryOf(row), at: { placedAt: row.exact, orderId: row.order_id } }));
  }

  /** How many orders there are; beyond `MOST_COUNTED`, that there are at least so many. */
  async count(filter: OrderFilter): Promise<OrderCountView> {
    const { text, values } = countStatement(filter);
    const [{ orders }] = await this.query<{ orders: number }>(text, values);
    return { orders: Math.min(orders, MOST_COUNTED), exact: orders <= MOST_COUNTED };
  }

  async history(orderId: string): Promise<{ state: OrderState; history: HistoryEntry[] } | null> {
    const [row] = await this.query<{ state: OrderState; history: HistoryEntry[] }>(
      `select state, history from orders where order_id = $1`,
      [orderId],
    );
    return row ?? null;
  }

  /** How far these orders have come. Unknown ones are left out. */
  steps(orderIds: string[]): Promise<OrderStep[]> {
    return this.query<OrderStep>(
      `select order_id as "orderId", state, jsonb_array_length(history) as steps from orders where order_id = any($1::uuid[])`,
      [orderIds],
    );
  }

  async exists(orderId: string): Promise<boolean> {
    return (await this.steps([orderId])).length > 0;
  }

  /** In the order in which they were accepted: at most `limit` of them, accepted after the return `after`. */
  async returns(orderId: string, after: string | undefined, limit: number): Promise<ReturnView[]> {
    const rows = await this.query<ReturnRow>(
      `select * from order_returns where order_id = $1 and return_id > $2 order by return_id limit $3`,
      [orderId, after ?? BEFORE_ALL_UUIDS, limit],
    );
    return rows.map((row) => ({
      returnId: row.return_id,
      orderId: row.order_id,
      refund: Money.of(Number(row.refund), row.currency),
      acceptedAt: row.accepted_at.toISOString(),
      lines: row.lines.map((line) => ({ ...line, unitPrice: Money.of(line.unitPrice, row.currency) })),
    }));
  }

  async totals(): Promise<OrderTotalsView> {
    const [totals] = await this.query<OrderTotalsView>(
      `select
         (select coalesce(jsonb_object_agg(state, orders), '{}') from (select state, count(*) as orders from orders group by state) s) as "byState",
         (select count(*)::int from order_returns) as returns,
         (select coalesce(sum(requested_lines), 0)::int from order_returns) as "returnedLines"`,
      [],
    );
    return totals;
  }

  private query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    return this.work.read('orders', () => this.work.manager.query<Row[]>(sql, parameters));
  }
}

const summaryOf = (row: SummaryRow): OrderSummaryView => ({
  orderId: row.order_id,
  customerId: row.customer_id,
  state: row.state,
  total: Money.of(Number(row.total), row.currency),
  placedAt: row.placed_at.toISOString(),
  externalReference: row.external_reference,
  metadata: row.metadata,
});
