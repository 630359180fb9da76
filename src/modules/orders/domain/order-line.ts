import { OrderedLine } from '../contracts/ordered-line';

/** A line of an order: what was bought, at which price, and how much of it has come back. */
export interface OrderLine {
  readonly itemId: string;
  readonly quantity: number;
  /** Minor units of the order's currency. */
  readonly unitPrice: number;
  readonly stockTracked: boolean;
  /** Never more than `quantity`. */
  readonly returned: number;
}

/** What may still be returned of a line. */
export const returnable = (line: OrderLine): number => line.quantity - line.returned;

/** So many units of a line as they stand in a message. */
export const unitsOf = (line: OrderLine, quantity: number): OrderedLine =>
  OrderedLine.of(line.itemId, quantity, line.unitPrice, line.stockTracked);

/** The value of lines in minor units. */
export const valueOf = (lines: readonly { quantity: number; unitPrice: number }[]): number =>
  lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
