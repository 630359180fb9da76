import { Injectable } from '@nestjs/common';
import { Money } from '../../../platform/domain';
import { UnitOfWork } from '../../../platform/index';
import type { OrderLine } from '../domain/order-line';
import type { HistoryEntry, OrderState } from '../domain/order-state';
import type { OrderView } from '../order.view';
import { SUMMARY_COLUMNS, summaryOf, type SummaryRow } from '../persistence/order-row';
import type { OrderStep } from './order-changes';

interface OrderRow extends SummaryRow {
  lines: OrderLine[];
  history: HistoryEntry[];
  version: number;
  sales_channel: string;
}

/** Reads how single orders stand, past the aggregate and outside any transaction. */
@Injectable()
export class OrderReader {
  constructor(private readonly work: UnitOfWork) {}

  /** One order, and the revision that its ETag is made of. */
  async order(orderId: string): Promise<{ view: OrderView; revision: number } | null> {
    const [row] = await this.query<OrderRow>(
      `select ${SUMMARY_COLUMNS}, lines, history, version, sales_channel from orders where order_id = $1`,
      [orderId],
    );
    if (!row) return null;
    const lines = row.lines.map((line) => ({ ...line, unitPrice: Money.of(line.unitPrice, row.currency) }));
    return {
      view: { ...summaryOf(row), salesChannel: row.sales_channel, lines, history: row.history },
      revision: row.version + row.history.length,
    };
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

  private query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    return this.work.read('orders', () => this.work.manager.query<Row[]>(sql, parameters));
  }
}
