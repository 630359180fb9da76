import { v7 as uuidv7 } from 'uuid';
import { invariants } from '../../src/invariants/invariants';
import { checkInvariants } from '../../src/platform/cli/check-invariants/check-invariants';
import type { TestApplication } from './application';
import { eventually } from './eventually';

export interface Line {
  itemId: string;
  quantity: number;
  agreedUnitPrice?: { amount: number; currency: string };
}

interface HistoryEntry {
  state: string;
  at: string;
  reason?: string;
}

export interface OrderSeen {
  orderId: string;
  state: string;
  total: { amount: number; currency: string };
  lines: { itemId: string; quantity: number; returned: number }[];
  history: HistoryEntry[];
}

export const gbp = (amount: number) => ({ amount, currency: 'GBP' });

/** A wait for something that takes a few turns of messages. */
const WAIT = 30;

/**
 * What people do with the application, over its two APIs; and what can be seen of it from outside. Every item
 * and customer is a new one.
 */
export class Shop {
  private items = 0;

  constructor(private readonly application: TestApplication) {}

  async customer(creditLimit?: number): Promise<string> {
    const { body } = await this.application
      .api()
      .post('/customers')
      .send({ name: 'Ada', address: { city: 'Paris', country: 'France' } })
      .expect(201);
    const customerId = body.customerId as string;
    if (creditLimit !== undefined) {
      await this.application
        .api()
        .put(`/credit-accounts/${customerId}`)
        .send({ limit: gbp(creditLimit) })
        .expect(200);
    }
    return customerId;
  }

  /** An item with stock, at a price in pence. */
  async goods(price: number, stock = 100): Promise<string> {
    const itemId = await this.item(true);
    await this.price(itemId, price);
    if (stock > 0)
      await this.application.api().post(`/stock/${itemId}/receipts`).send({ quantity: stock }).expect(201);
    return itemId;
  }

  async service(price: number): Promise<string> {
    const itemId = await this.item(false);
    await this.price(itemId, price);
    return itemId;
  }

  async item(stockTracked: boolean): Promise<string> {
    const itemId = `ITEM-${(this.items += 1)}`;
    await this.application.api().post('/items').send({ itemId, name: itemId, stockTracked }).expect(201);
    return itemId;
  }

  async price(itemId: string, amount: number, currency = 'GBP'): Promise<void> {
    await this.application
      .api()
      .put(`/prices/${itemId}`)
      .send({ unitPrice: { amount, currency } })
      .expect(200);
  }

  /** Asks for an order; the test says what should come of it. */
  place(customerId: string, lines: Line[], more: object = {}) {
    return this.application
      .api()
      .post('/orders')
      .send({ customerId, currency: 'GBP', lines, ...more });
  }

  async placed(customerId: string, ...lines: Line[]): Promise<string> {
    return (await this.place(customerId, lines).expect(202)).body.orderId as string;
  }

  cancel(orderId: string) {
    return this.application.api().post(`/orders/${orderId}/cancellation`);
  }

  giveBack(orderId: string, ...lines: Line[]) {
    return this.application.api().post(`/orders/${orderId}/returns`).send({ lines });
  }

  /** Follows an order until it is in a state, and fails where it cannot come there any more. */
  async reaches(orderId: string, state: string): Promise<OrderSeen> {
    return eventually(async () => {
      const order = await this.see<OrderSeen>(`/orders/${orderId}`);
      expect(order.history.map((entry) => entry.state)).toContain(state);
      expect(order.state).toBe(state);
      return order;
    }, WAIT * 1_000);
  }

  /**
   * The id of the order's parcel, as soon as it is packed. An order waits for the dispatch from the moment
   * when it has asked for a parcel.
   */
  async parcel(orderId: string): Promise<string> {
    return eventually(async () => {
      const { items } = await this.see<{ items: { shipmentId: string; state: string }[] }>(
        `/shipments?orderId=${orderId}`,
      );
      expect(items).toEqual([expect.objectContaining({ state: 'prepared' })]);
      return items[0].shipmentId;
    });
  }

  /** Dispatches the order's parcel as soon as there is one; its id. */
  async dispatch(orderId: string): Promise<string> {
    const shipmentId = await this.parcel(orderId);
    await this.application.api().post(`/shipments/${shipmentId}/dispatch`).expect(200);
    return shipmentId;
  }

  async report(shipmentId: string, outcome: 'delivered' | 'failed'): Promise<void> {
    await this.application.api().post(`/shipments/${shipmentId}/delivery`).send({ outcome }).expect(200);
  }

  /** Carries an order with goods to its end. */
  async complete(orderId: string): Promise<OrderSeen> {
    await this.report(await this.dispatch(orderId), 'delivered');
    return this.reaches(orderId, 'completed');
  }

  async see<T = Record<string, unknown>>(path: string): Promise<T> {
    return (await this.application.api().get(path).expect(200)).body as T;
  }

  stock = (itemId: string) =>
    this.see<{ onHand: number; reserved: number; dispatched: number; returned: number }>(`/stock/${itemId}`);
  credit = (customerId: string) =>
    this.see<{ held: object; available: object }>(`/credit-accounts/${customerId}`);
  payment = (orderId: string) =>
    this.see<{ state: string; captured: number; refunded: number }>(`/payments/${orderId}`);

  /** The messages about an order in the logs of all modules, in the order in which they were published. */
  async story(orderId: string): Promise<string[]> {
    const { databases } = this.application.database;
    const logs = databases.modules.map((module): Promise<{ type: string; at: string }[]> =>
      databases
        .of(module)
        .query(
          `select type, to_char(created_at, 'YYYYMMDDHH24MISSUS') as at from outbox where payload ->> 'orderId' = $1 order by seq`,
          [orderId],
        ),
    );
    const messages = (await Promise.all(logs)).flat();
    return messages.sort((a, b) => Number(BigInt(a.at) - BigInt(b.at))).map(({ type }) => type);
  }

  /** What would be there if a refused request had done anything. */
  async traces(): Promise<{ orders: number; keys: number; messages: number; sagas: number }> {
    const [row] = await this.application.database.databases
      .of('orders')
      .query<[{ orders: number; keys: number; messages: number; sagas: number }]>(
        `select (select count(*)::int from orders) as orders, (select count(*)::int from idempotency_keys) as keys,
              (select count(*)::int from outbox) as messages, (select count(*)::int from sagas) as sagas`,
      );
    return row;
  }

  /** Stops a subscription; resolves when it handles nothing more. */
  async pause(subscription: string): Promise<void> {
    await this.application.ops().post(`/subscriptions/${subscription}/pause`).expect(204);
    await this.keptTwice(subscription.split('.')[0]);
  }

  async resume(subscription: string): Promise<void> {
    await this.application.ops().post(`/subscriptions/${subscription}/resume`).expect(204);
  }

  /** Until every message is handled, no process runs and nothing is being tried again. */
  async comesToRest(): Promise<void> {
    await eventually(async () => {
      expect((await this.application.ops().get('/pending-work').expect(200)).body).toMatchObject({
        quiescent: true,
      });
    }, WAIT * 1_000);
  }

  /** Until every message is handled; orders may still wait for a parcel or a deadline. */
  async catchesUp(): Promise<void> {
    await eventually(async () => {
      expect((await this.application.ops().get('/pending-work').expect(200)).body).toMatchObject({
        lag: 0,
        unreachableLogs: 0,
        retrying: 0,
        openJobs: 0,
      });
    }, WAIT * 1_000);
  }

  /** Asks the database and not the code: every invariant holds. */
  async booksAddUp(): Promise<void> {
    const { database } = this.application;
    const verdicts = await checkInvariants({
      auditorUrl: await database.booksUrl(),
      modules: database.databases.modules,
      invariants,
      patienceMs: WAIT * 1_000,
    });
    expect(
      verdicts.flatMap(({ sentence, findings }) => findings.map((finding) => ({ sentence, ...finding }))),
    ).toEqual([]);
  }

  /**
   * A process sees that a subscription was paused when it renews its leases: with the second renewal from now
   * the first one is over.
   */
  private async keptTwice(module: string): Promise<void> {
    const renewals = async (): Promise<Map<string, string>> => {
      const rows: { worker: string; until: string }[] = await this.application.database.databases
        .of(module)
        .query(
          'select worker, alive_until::text as until from subscription_workers where alive_until > clock_timestamp()',
        );
      expect(rows).not.toEqual([]);
      return new Map(rows.map(({ worker, until }) => [worker, until]));
    };
    for (let times = 0, last = await eventually(renewals); times < 2; times += 1) {
      last = await eventually(async () => {
        const now = await renewals();
        expect([...last].filter(([worker, until]) => now.get(worker) === until)).toEqual([]);
        return now;
      });
    }
  }
}

/** An id that nothing has. */
export const nobody = (): string => uuidv7();
