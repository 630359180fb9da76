import { ItemQuantity } from '../contracts/item-quantity';

/**
 * Lines added up: one entry per item, in the order of their ids. An order may name an item in several lines.
 */
export function perItem(lines: readonly { itemId: string; quantity: number }[]): ItemQuantity[] {
  const sums = new Map<string, number>();
  for (const { itemId, quantity } of lines) sums.set(itemId, (sums.get(itemId) ?? 0) + quantity);
  return [...sums]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([itemId, quantity]) => ItemQuantity.of(itemId, quantity));
}
