import type { ApiClient } from './api-client';
import { DemoError } from './demo-error';
import type { Plan, PlannedOrder } from './plan';

/**
 * Finds out, at the first order that can show it, whether the application counts the prices that the file has
 * instead of its own.
 */
export class AgreedPrices {
  private readonly listPrices: ReadonlyMap<string, number>;
  private seen = false;

  constructor(
    private readonly api: ApiClient,
    { items }: Plan,
  ) {
    this.listPrices = new Map(items.map(({ itemId, listPrice }) => [itemId, listPrice]));
  }

  /** Fails when it does not, and says how it would: no figure would be the file's. */
  async countIn(orderId: string, { lines }: PlannedOrder): Promise<void> {
    if (this.seen || lines.every(({ itemId, unitPrice }) => this.listPrices.get(itemId) === unitPrice))
      return;
    this.seen = true;
    const order = await this.api.get<{ lines: { itemId: string; unitPrice: { amount: number } }[] }>(
      `/orders/${encodeURIComponent(orderId)}`,
    );
    const agreed = new Set(lines.map(({ itemId, unitPrice }) => `${itemId} at ${unitPrice}`));
    if (order.lines.every(({ itemId, unitPrice }) => agreed.has(`${itemId} at ${unitPrice.amount}`))) return;
    throw new DemoError(
      'The application counts its list prices instead of those that the file has. Start it with TRUST_AGREED_PRICES=true, with empty databases.',
    );
  }
}
