import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, ApiProblem } from './api-client';
import type { Tally } from './tally';

interface ShipmentView {
  shipmentId: string;
  state: string;
}

const PAUSE_MS = 10;
/**
 * How often shipments are looked for that were dispatched and whose delivery was not reported: a courier
 * before this one may have left some.
 */
const LEFT_BEHIND_EVERY_MS = 2_000;

/** The world outside: hands over every shipment that is prepared, and reports its delivery. */
export class Courier {
  readonly #inHand = new Set<string>();
  #stopped = false;
  #failure: Error | undefined;

  constructor(
    private readonly api: ApiClient,
    private readonly tally: Tally,
  ) {}

  /** Works until it is stopped; throws when a shipment can be neither dispatched nor delivered. */
  async work(): Promise<void> {
    let leftBehindAt = 0;
    while (!this.#stopped) {
      await this.take('prepared');
      if (Date.now() >= leftBehindAt) {
        await this.take('dispatched');
        leftBehindAt = Date.now() + LEFT_BEHIND_EVERY_MS;
      }
      if (this.#failure) throw this.#failure;
      await sleep(PAUSE_MS);
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  private async take(state: 'prepared' | 'dispatched'): Promise<void> {
    const { items } = await this.api.get<{ items: ShipmentView[] }>(`/shipments?state=${state}&limit=200`);
    for (const { shipmentId } of items) {
      if (this.#inHand.has(shipmentId)) continue;
      this.#inHand.add(shipmentId);
      // Not awaited: one slow shipment must not hold up the others.
      this.carry(shipmentId, state)
        .catch((error: Error) => (this.#failure ??= error))
        .finally(() => this.#inHand.delete(shipmentId));
    }
  }

  private async carry(shipmentId: string, state: 'prepared' | 'dispatched'): Promise<void> {
    const path = `/shipments/${encodeURIComponent(shipmentId)}`;
    if (state === 'prepared') await this.report(path, 'dispatch', {}, ['dispatched', 'delivered']);
    await this.report(path, 'delivery', { outcome: 'delivered' }, ['delivered']);
    this.tally.delivered += 1;
  }

  /** A conflict is as good as a yes where the shipment is there already. */
  private async report(path: string, what: string, body: object, reached: string[]): Promise<void> {
    try {
      await this.api.post(`${path}/${what}`, body);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 409) throw error;
      const { state } = await this.api.get<ShipmentView>(path);
      if (!reached.includes(state)) throw error;
    }
  }
}
