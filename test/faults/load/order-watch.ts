import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage/stage';

export interface OrderSeen {
  readonly state: string;
  readonly shipmentId: string | null;
  readonly shipment: string | null;
}

const PAUSE_MS = 25;

/**
 * Follows open orders in the database, one question for all of them, through whatever happens to the
 * connection.
 */
export class OrderWatch {
  private readonly open = new Map<
    string,
    {
      wanted: (order: OrderSeen) => boolean;
      resolve: (order: OrderSeen) => void;
      reject: (error: Error) => void;
    }
  >();
  private stopped = false;
  private running: Promise<void> | undefined;

  constructor(private readonly stage: Stage) {}

  /** Resolves once the order is as wanted; rejects when the watch is stopped before. */
  until(orderId: string, wanted: (order: OrderSeen) => boolean): Promise<OrderSeen> {
    this.running ??= this.run();
    return new Promise((resolve, reject) => this.open.set(orderId, { wanted, resolve, reject }));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
    for (const { reject } of this.open.values())
      reject(Object.assign(new Error('The watch was stopped.'), { name: 'AbortError' }));
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      if (this.open.size > 0) await this.look().catch(() => undefined);
      await sleep(PAUSE_MS);
    }
  }

  private async look(): Promise<void> {
    const rows = await this.stage.askAsAuditor<OrderSeen & { id: string }>(
      `select order_id::text as id, o.state, s.shipment_id as "shipmentId", s.state as shipment
       from orders.orders o left join shipping.shipments s using (order_id) where order_id = any($1::uuid[])`,
      [[...this.open.keys()]],
    );
    for (const row of rows) {
      const waiting = this.open.get(row.id);
      if (!waiting?.wanted(row)) continue;
      this.open.delete(row.id);
      waiting.resolve(row);
    }
  }
}
