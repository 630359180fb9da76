import {
  CREDIT_LIMIT,
  isStockTracked,
  type OrderLine,
  type Plan,
  type PlannedCustomer,
  type PlannedOrder,
} from './plan';
import type { ExpectedReport } from './report';
import { ReturnableOrders } from './returnable-orders';

type Outcome = 'refused' | 'rejected' | 'cancelled' | 'completed';

/** Works out what must come about from the plan alone, without asking the application anything. */
export function expectedReport(plan: Plan): ExpectedReport {
  const report: ExpectedReport = {
    orders: {
      submitted: 0,
      refused: { price: 0 },
      rejected: { credit: 0 },
      cancelled: { payment: 0 },
      completed: 0,
    },
    returns: { accepted: 0, unmatched: 0 },
    adjustments: 0,
    money: { captured: 0, refunded: 0 },
    stock: { received: 0, adjusted: 0, dispatched: 0, returned: 0, onHand: 0, reserved: 0 },
    credit: { held: 0 },
    shipments: 0,
    messages: { parked: 0 },
  };
  const { stock } = report;
  for (const item of plan.items) stock.received += item.openingStock;
  for (const customer of plan.customers) foresee(customer, report);
  stock.onHand = stock.received + stock.adjusted - stock.dispatched + stock.returned;
  return report;
}

/** The outcome of an order whose customer has no other order under way, as it is in the demo. */
export function outcomeOf(lines: OrderLine[]): Outcome {
  const total = totalOf(lines);
  if (lines.some((line) => line.unitPrice === 0)) return 'refused';
  if (total > CREDIT_LIMIT) return 'rejected';
  // The amounts that the simulated payment provider declines.
  if (total % 50 === 13) return 'cancelled';
  return 'completed';
}

function foresee(customer: PlannedCustomer, report: ExpectedReport): void {
  const returnable = new ReturnableOrders<PlannedOrder>();
  for (const step of customer.steps) {
    if (step.kind === 'order') {
      if (countOrder(step, report) === 'completed') returnable.add(step, step.lines);
    } else if (step.kind === 'adjustment') {
      report.adjustments += 1;
      report.stock.adjusted += step.quantity;
    } else {
      const taken = returnable.take(step.itemId, step.quantity);
      if (!taken) {
        report.returns.unmatched += 1;
        continue;
      }
      report.returns.accepted += 1;
      report.money.refunded += taken.value;
      if (isStockTracked(step.itemId)) report.stock.returned += step.quantity;
    }
  }
}

function countOrder({ lines }: PlannedOrder, report: ExpectedReport): Outcome {
  const { orders, money, stock } = report;
  const outcome = outcomeOf(lines);
  orders.submitted += 1;
  if (outcome === 'refused') orders.refused.price += 1;
  else if (outcome === 'rejected') orders.rejected.credit += 1;
  else if (outcome === 'cancelled') orders.cancelled.payment += 1;
  else {
    const goods = lines.filter((line) => isStockTracked(line.itemId));
    orders.completed += 1;
    money.captured += totalOf(lines);
    stock.dispatched += goods.reduce((units, line) => units + line.quantity, 0);
    if (goods.length > 0) report.shipments += 1;
  }
  return outcome;
}

function totalOf(lines: OrderLine[]): number {
  return lines.reduce((total, line) => total + line.quantity * line.unitPrice, 0);
}
