import { Money } from '../../../platform/domain';
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

/** What has a price, in minor units of its order's currency. */
interface Priced {
  readonly quantity: number;
  readonly unitPrice: number;
}

/** The value of lines in minor units, whatever its size: a rule has to look at it before `valueOf` may. */
export const minorUnitsOf = (lines: readonly Priced[]): bigint =>
  lines.reduce((sum, { quantity, unitPrice }) => sum + BigInt(quantity) * BigInt(unitPrice), 0n);

/** The value of lines. Throws a RangeError where it would not be exact. */
export const valueOf = (lines: readonly Priced[], currency: string): Money =>
  lines.reduce(
    (sum, { quantity, unitPrice }) => Money.add(sum, Money.multiply(Money.of(unitPrice, currency), quantity)),
    Money.of(0, currency),
  );
