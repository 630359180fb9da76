import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import type { Metadata } from '../../../platform/domain/labels';
import { Money } from '../../../platform/domain/money';
import type { OrderLine } from '../domain/order-line';
import type { HistoryEntry, OrderState } from '../domain/order-state';
import type { OrderStep } from '../follow-order/order-changes';
import type { OrderSummaryView, OrderTotalsView, OrderView, ReturnView } from '../order.view';

/** Which orders a list shows; what is left out does not matter. */
export interface OrderFilter {
  customerId?: string;
  state?: OrderState;
}

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

  /** Newest first: at most `limit` of them, placed before the order `before`. */
  async list({ customerId, state }: OrderFilter, before: string | undefined, limit: number): Promise<OrderSummaryView[]> {
    const rows = await this.query<SummaryRow>(
      `select ${SUMMARY} from orders
       where ($1::uuid is null or customer_id = $1) and ($2::text is null or state = $2) and ($3::uuid is null or order_id < $3)
       order by order_id desc limit $4`,
      [customerId ?? null, state ?? null, before ?? null, limit],
    );
    return rows.map(summaryOf);
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
      `select * from order_returns where order_id = $1 and ($2::uuid is null or return_id > $2) order by return_id limit $3`,
      [orderId, after ?? null, limit],
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
