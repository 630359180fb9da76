import type { ApiClient } from './api-client';
import type { Asked } from './operators';
import type { Report } from './report';
import type { Tally } from './tally';

interface OrderTotals {
  /** A state without orders may be left out. */
  byState: Partial<Record<string, number>>;
  returns: number;
}

/**
 * Asks the running application for every figure it knows. What never became part of it (the refused orders,
 * the returns that were not sent) and the number of accepted adjustments come from the answers that the
 * player was given.
 */
export async function gatherReport(
  api: ApiClient,
  ops: Asked,
  tally: Tally,
  playingSeconds: number,
): Promise<Report> {
  const [orders, payments, stock, credit, shipments, messages] = await Promise.all([
    api.get<OrderTotals>('/orders/totals'),
    api.get<{ captured: number; refunded: number }>('/payments/totals'),
    api.get<Report['stock']>('/stock/totals'),
    api.get<{ held: number }>('/credit-accounts/totals'),
    api.get<{ delivered: number }>('/shipments/totals'),
    ops.get<{ published: number; parked: number }>('/ops/api/messages/totals'),
  ]);
  const { completed = 0, rejected = 0, cancelled = 0 } = orders.byState;
  return {
    orders: {
      submitted: tally.submitted,
      refused: { price: tally.refusedForPrice },
      rejected: { credit: rejected },
      cancelled: { payment: cancelled },
      completed,
    },
    returns: { accepted: orders.returns, unmatched: tally.unmatchedReturns },
    adjustments: tally.adjustments,
    money: { captured: payments.captured, refunded: payments.refunded },
    stock: {
      received: stock.received,
      adjusted: stock.adjusted,
      dispatched: stock.dispatched,
      returned: stock.returned,
      onHand: stock.onHand,
      reserved: stock.reserved,
    },
    credit: { held: credit.held },
    shipments: shipments.delivered,
    messages: { published: messages.published, parked: messages.parked },
    seconds: Math.round(playingSeconds),
    ordersPerSecond: Math.floor((completed + rejected + cancelled) / playingSeconds),
  };
}
