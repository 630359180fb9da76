import { type Labels, Money } from '../../../platform/domain';
import type { OrderState } from '../domain/order-state';
import type { OrderSummaryView } from '../order.view';

/** What is read of an order for each of its views. */
export interface SummaryRow {
  order_id: string;
  customer_id: string;
  state: OrderState;
  total: string;
  currency: string;
  placed_at: Date;
  external_reference: string | null;
  metadata: Labels['metadata'];
}

export const SUMMARY_COLUMNS =
  'order_id, customer_id, state, total, currency, placed_at, external_reference, metadata';

export const summaryOf = (row: SummaryRow): OrderSummaryView => ({
  orderId: row.order_id,
  customerId: row.customer_id,
  state: row.state,
  total: Money.of(Number(row.total), row.currency),
  placedAt: row.placed_at.toISOString(),
  externalReference: row.external_reference,
  metadata: row.metadata,
});
