import { Refusal, type RefusalReason } from '../../../platform/domain';
import { MAX_LINES } from '../contracts/ordered-line';
import { returnable, type OrderLine } from './order-line';

export interface ReturnedQuantity {
  readonly itemId: string;
  readonly quantity: number;
}

/**
 * How much of each line of an order comes back (by line index). Quantities are taken from the lines of their
 * item in order. Refuses the whole return when any of its lines asks for what was not bought or has already
 * come back.
 */
export function allocateReturn(lines: readonly OrderLine[], items: readonly ReturnedQuantity[]): number[] {
  if (items.length === 0)
    throw new Refusal('invalid', 'orders.return.no-lines', 'A return needs at least one line.');
  if (items.length > MAX_LINES)
    throw new Refusal('invalid', 'orders.return.too-many-lines', `A return has at most ${MAX_LINES} lines.`);

  const byItem = new Map<string, number[]>();
  lines.forEach(({ itemId }, index) => byItem.set(itemId, [...(byItem.get(itemId) ?? []), index]));
  const left = lines.map(returnable);
  const reasons: RefusalReason[] = [];

  items.forEach(({ itemId, quantity }, position) => {
    const refuse = (field: 'itemId' | 'quantity', problem: string, message: string): void => {
      reasons.push({ pointer: `/lines/${position}/${field}`, code: `orders.return.${problem}`, message });
    };
    if (!Number.isSafeInteger(quantity) || quantity <= 0)
      return refuse('quantity', 'quantity-not-positive', 'The quantity must be at least 1.');
    const indexes = byItem.get(itemId);
    if (!indexes) return refuse('itemId', 'item-not-in-order', 'The order has no line with this item.');
    const available = indexes.reduce((sum, index) => sum + left[index], 0);
    if (quantity > available)
      return refuse('quantity', 'more-than-bought', `Of this item ${available} can still be returned.`);

    let missing = quantity;
    for (const index of indexes) {
      const units = Math.min(missing, left[index]);
      left[index] -= units;
      missing -= units;
    }
  });

  if (reasons.length > 0)
    throw new Refusal(
      'invalid',
      'orders.return.refused',
      'The return was refused; nothing was taken back.',
      reasons,
    );
  return lines.map((line, index) => returnable(line) - left[index]);
}
