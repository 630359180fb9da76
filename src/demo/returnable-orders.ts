import type { OrderLine } from './plan';

/** Where returned goods come from, and what they were sold for. */
export interface Taken<Order> {
  order: Order;
  /** In pence: each unit at the price of the line it is taken from. */
  value: number;
}

/** One customer's completed orders, with what has not come back of them. */
export class ReturnableOrders<Order> {
  readonly #orders: { order: Order; lines: OrderLine[] }[] = [];

  /** To be called in file order. */
  add(order: Order, lines: OrderLine[]): void {
    this.#orders.push({ order, lines: lines.map((line) => ({ ...line })) });
  }

  /**
   * Takes units back from the latest order that still has that many over its lines together, line by line in
   * order; `undefined`, and nothing taken, where none has. Nothing comes from nowhere: a return of 0 units
   * matches no order.
   */
  take(itemId: string, quantity: number): Taken<Order> | undefined {
    if (quantity === 0) return undefined;
    const found = this.#orders.findLast(({ lines }) => unitsOf(lines, itemId) >= quantity);
    if (!found) return undefined;
    let missing = quantity;
    let value = 0;
    for (const line of found.lines.filter((each) => each.itemId === itemId)) {
      const units = Math.min(line.quantity, missing);
      line.quantity -= units;
      missing -= units;
      value += units * line.unitPrice;
    }
    return { order: found.order, value };
  }
}

function unitsOf(lines: OrderLine[], itemId: string): number {
  return lines.reduce((units, line) => (line.itemId === itemId ? units + line.quantity : units), 0);
}
