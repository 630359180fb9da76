/** So much of one stock-tracked item. */
export interface Goods {
  itemId: string;
  quantity: number;
}

/** What has to be taken from the stock for an order: its stock-tracked lines, those of one item added up. */
export function goodsOf(lines: readonly (Goods & { stockTracked: boolean })[]): Goods[] {
  const quantities = new Map<string, number>();
  for (const { itemId, quantity, stockTracked } of lines) {
    if (stockTracked) quantities.set(itemId, (quantities.get(itemId) ?? 0) + quantity);
  }
  return [...quantities].map(([itemId, quantity]) => ({ itemId, quantity }));
}
