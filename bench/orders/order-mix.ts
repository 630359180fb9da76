import { readInvoices } from '../../src/demo/invoices';
import { type OrderLine, type Plan, type PlannedCustomer, planOf } from '../../src/demo/plan';
import { bundledData } from '../../src/demo/project-folder';
import { seededRandom } from '../harness/seeded-random';

/** An order of the demo's file, placed over and over again. */
export interface MixedOrder {
  customer: PlannedCustomer;
  lines: OrderLine[];
}

/** So much stock that no order is ever refused for want of it. */
const PLENTY = 1_000_000_000;
/** Amounts that the payment simulator declines. */
const DECLINED_REMAINDER = 13;

/**
 * The orders of the demo's file that go through to their end, in an order that the seed alone decides,
 * without end.
 */
export class OrderMix {
  private readonly random: () => number;

  private constructor(
    /** Who and what has to be there before the first order. */
    readonly plan: Plan,
    readonly orders: readonly MixedOrder[],
    seed: number,
  ) {
    this.random = seededRandom(seed);
  }

  static async read(seed: number): Promise<OrderMix> {
    const { customers, items } = planOf(await readInvoices(bundledData()));
    const orders = customers
      .flatMap((customer) =>
        customer.steps.flatMap((step) => (step.kind === 'order' ? [{ customer, lines: step.lines }] : [])),
      )
      .filter(
        ({ lines }) =>
          lines.every((line) => line.unitPrice > 0) && totalOf(lines) % 50 !== DECLINED_REMAINDER,
      );
    const buying = new Set(orders.map(({ customer }) => customer));
    const bought = new Set(orders.flatMap(({ lines }) => lines.map((line) => line.itemId)));
    const plan = {
      customers: customers.filter((customer) => buying.has(customer)),
      items: items
        .filter((item) => bought.has(item.itemId))
        .map((item) => ({ ...item, openingStock: item.stockTracked ? PLENTY : 0 })),
    };
    return new OrderMix(plan, orders, seed);
  }

  next(): MixedOrder {
    return this.orders[Math.floor(this.random() * this.orders.length)];
  }

  /** Lines of an order, on average. */
  get meanLines(): number {
    return this.orders.reduce((sum, { lines }) => sum + lines.length, 0) / this.orders.length;
  }
}

const totalOf = (lines: readonly OrderLine[]): number =>
  lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
