import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../src/demo/api-client';
import type { PlannedCustomer } from '../../src/demo/plan';
import { CURRENCY } from '../../src/demo/set-up';
import type { OrderMix } from './order-mix';

interface OrderView {
  orderId: string;
  state: string;
}

const WAIT_SECONDS = 30;
/**
 * Between two looks for parcels. Each look answers every parcel that is not sent off yet, with all its lines:
 * more looks measure themselves.
 */
const COURIER_PAUSE_MS = 50;
const SHIPMENTS_PER_LOOK = 200;

/** What came of the orders that were completed since the last call of `take`. */
export interface Completed {
  /** Milliseconds from placing an order to its end. */
  latencies: number[];
}

/**
 * Customers and a courier: so many orders under way at a time, each placed, sent off, delivered and waited
 * for over HTTP, and followed by the next.
 */
export class OrderLoad {
  private readonly inHand = new Set<string>();
  private latencies: number[] = [];
  private readonly milestones = new EventEmitter();
  #completed = 0;
  private stopped = false;
  private failure: Error | undefined;

  constructor(
    private readonly api: ApiClient,
    private readonly mix: OrderMix,
    private readonly customerIds: ReadonlyMap<PlannedCustomer, string>,
  ) {}

  /**
   * Keeps `concurrency` orders under way until it is stopped, or until `most` were placed; then finishes
   * those it has begun.
   */
  async run(concurrency: number, most = Number.POSITIVE_INFINITY): Promise<void> {
    let left = most;
    let working = true;
    const customer = async (): Promise<void> => {
      while (!this.stopped && !this.failure && left-- > 0) await this.order();
    };
    const courier = this.deliver(() => working).catch((error: Error) => (this.failure ??= error));
    try {
      await Promise.all(Array.from({ length: concurrency }, customer));
    } finally {
      working = false;
      await courier;
    }
    if (this.failure) throw this.failure;
  }

  stop(): void {
    this.stopped = true;
  }

  /** Orders completed since the beginning. */
  get completed(): number {
    return this.#completed;
  }

  /** Resolves when so many orders were completed since the beginning. */
  async untilCompleted(orders: number): Promise<void> {
    while (this.#completed < orders) await once(this.milestones, 'completed');
  }

  /** The orders completed since the last call. */
  take(): Completed {
    const latencies = this.latencies;
    this.latencies = [];
    return { latencies };
  }

  private async order(): Promise<void> {
    const { customer, lines } = this.mix.next();
    const begun = performance.now();
    let order = await this.api.post<OrderView>(
      '/orders',
      {
        customerId: this.customerIds.get(customer),
        currency: CURRENCY,
        lines: lines.map(({ itemId, quantity, unitPrice }) => ({
          itemId,
          quantity,
          agreedUnitPrice: { amount: unitPrice, currency: CURRENCY },
        })),
      },
      { waitSeconds: WAIT_SECONDS },
    );
    while (order.state !== 'completed') {
      if (order.state === 'rejected' || order.state === 'cancelled')
        throw new Error(`Order ${order.orderId} was ${order.state}.`);
      if (this.failure) return;
      order = await this.api.get<OrderView>(`/orders/${order.orderId}`, { waitSeconds: WAIT_SECONDS });
    }
    this.latencies.push(performance.now() - begun);
    this.#completed += 1;
    this.milestones.emit('completed');
  }

  private async deliver(working: () => boolean): Promise<void> {
    while (working() && !this.failure) {
      const { items } = await this.api.get<{ items: { shipmentId: string }[] }>(
        `/shipments?state=prepared&limit=${SHIPMENTS_PER_LOOK}`,
      );
      for (const { shipmentId } of items) {
        if (this.inHand.has(shipmentId)) continue;
        this.inHand.add(shipmentId);
        this.carry(shipmentId)
          .catch((error: Error) => (this.failure ??= error))
          .finally(() => this.inHand.delete(shipmentId));
      }
      await sleep(COURIER_PAUSE_MS);
    }
  }

  private async carry(shipmentId: string): Promise<void> {
    await this.api.post(`/shipments/${shipmentId}/dispatch`);
    await this.api.post(`/shipments/${shipmentId}/delivery`, { outcome: 'delivered' });
  }
}
