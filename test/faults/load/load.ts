import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage/stage';
import { type OrderSeen, OrderWatch } from './order-watch';
import type { Answered, RigClient } from './rig-client';
import type { AcceptedOrder, AskedLine, RigRecord } from './rig-record';
import type { Shop } from './shop';

/** What can become of an order. Each load plays all of them, some more than once. */
type Story =
  | 'goods'
  | 'services'
  | 'mixed'
  | 'unknown-item'
  | 'out-of-stock'
  | 'over-credit'
  | 'declined-goods'
  | 'declined-service'
  | 'cancelled'
  | 'returned'
  | 'lost'
  | 'sent-back';
const STORIES: readonly Story[] = [
  ...(['goods', 'services', 'mixed', 'returned', 'cancelled', 'cancelled'] as const),
  ...(['unknown-item', 'out-of-stock', 'over-credit', 'declined-goods', 'declined-service'] as const),
  ...(['lost', 'sent-back'] as const),
];

const FINAL = ['completed', 'rejected', 'cancelled'];
/** The orders of a load begin within this time, and a fault in about the same. */
export const SPREAD_MS = 500;
const NEWS = 6;
const LATEST_CANCELLATION_MS = 200;
/** How often a client that has its answer asks once more with the same key, as one that lost it would. */
const DOUBTERS = 0.4;

/**
 * One load: about a dozen orders with their ends, and news about prices and addresses, all at once and all
 * from the seed.
 */
export class Load {
  private readonly watch: OrderWatch;

  constructor(
    stage: Stage,
    private readonly client: RigClient,
    private readonly shop: Shop,
    private readonly record: RigRecord,
    private readonly random: () => number,
    /** Tells the keys of this load from those of others. */
    private readonly name: string,
  ) {
    this.watch = new OrderWatch(stage);
  }

  /**
   * Resolves when every order that was accepted is final and everything else was acknowledged. Never rejects;
   * see `stop`.
   */
  async play(): Promise<void> {
    const orders = STORIES.map((story, index) =>
      this.order(story, `${this.name}-${index}`, Math.floor(this.random() * SPREAD_MS), this.lines(story)),
    );
    const prices = this.shop.talkedAbout.map((itemId) => this.changePrices(itemId, this.random()));
    const addresses = this.shop.movers.map((customerId) => this.changeAddresses(customerId));
    await Promise.all(
      [...orders, ...prices, ...addresses].map((each) =>
        each.catch((error: Error) => this.unfinished(error)),
      ),
    );
    await this.watch.stop();
  }

  /** Ends what has not ended by itself. */
  async stop(): Promise<void> {
    this.client.close();
    await this.watch.stop();
  }

  private unfinished(error: Error): void {
    if (error.name !== 'AbortError') this.record.contradictions.push(error.message);
  }

  private async order(
    story: Story,
    key: string,
    afterMs: number,
    lines: readonly AskedLine[],
  ): Promise<void> {
    // All chances are taken before the first wait, so that they do not depend on how fast anything is.
    const customerId = story === 'over-credit' ? this.shop.poorCustomer : this.pick(this.shop.customers);
    const asked = {
      method: 'POST',
      path: '/orders',
      body: { customerId, currency: 'GBP', lines },
      key,
    } as const;
    const cancelAfterMs = this.random() * LATEST_CANCELLATION_MS;
    const doubts = this.random() < DOUBTERS;
    await sleep(afterMs);
    this.record.unanswered.add(key);
    const first = await this.client.ask(asked);
    this.record.unanswered.delete(key);
    if (story === 'unknown-item') return this.refused(key, first);
    if (first.status !== 202)
      throw new Error(`${key} was answered with ${describe(first)} and should have been accepted`);
    const order: AcceptedOrder = {
      orderId: String(first.body.orderId),
      key,
      customerId,
      lines,
      total: this.total(lines),
      cancelled: false,
      dispatched: false,
      delivered: false,
      astray: null,
      returns: [],
    };
    this.record.orders.set(order.orderId, order);
    await Promise.all([
      doubts ? this.askAgain(asked, order) : undefined,
      story === 'cancelled' ? this.cancel(order, cancelAfterMs) : undefined,
      this.follow(order, story),
    ]);
  }

  private refused(key: string, answer: Answered): void {
    if (answer.status === 422) this.record.refusedKeys.add(key);
    else
      this.record.contradictions.push(
        `${key} was answered with ${describe(answer)} and should have been refused with 422`,
      );
  }

  private async askAgain(asked: Parameters<RigClient['ask']>[0], { orderId }: AcceptedOrder): Promise<void> {
    const { status, body } = await this.client.ask(asked);
    if (status !== 202 || body.orderId !== orderId)
      this.record.contradictions.push(
        `${asked.key} made ${orderId} and then was answered with ${describe({ status, body })}`,
      );
  }

  private async cancel(order: AcceptedOrder, afterMs: number): Promise<void> {
    await sleep(afterMs);
    const { status } = await this.client.ask({
      method: 'POST',
      path: `/orders/${order.orderId}/cancellation`,
      key: `${order.key}-cancel`,
    });
    order.cancelled = status === 202;
  }

  /** Hands its parcel over and brings it, or does not, until the order is final. */
  private async follow(order: AcceptedOrder, story: Story): Promise<void> {
    const { orderId, key } = order;
    for (;;) {
      const seen = await this.watch.until(orderId, (now) => isFinal(now) || isWaitingForCourier(now, order));
      if (isFinal(seen)) {
        if (story === 'returned' && seen.state === 'completed') await this.giveBack(order);
        if (order.astray === 'refused') await this.strays(order, 'return', 'returned', seen);
        return;
      }
      const path = `/shipments/${seen.shipmentId}`;
      if (!order.dispatched) {
        // A refusal is the cancellation that was faster.
        order.dispatched =
          (await this.client.ask({ method: 'POST', path: `${path}/dispatch`, key: `${key}-dispatch` }))
            .status === 200;
      } else if (story === 'lost') await this.strays(order, 'loss', 'lost', seen);
      else if (story === 'sent-back') await this.strays(order, 'refusal', 'refused', seen);
      else {
        order.delivered =
          (
            await this.client.ask({
              method: 'POST',
              path: `${path}/delivery`,
              body: { outcome: 'delivered' },
              key: `${key}-delivery`,
            })
          ).status === 200;
      }
    }
  }

  private async strays(
    order: AcceptedOrder,
    what: string,
    astray: AcceptedOrder['astray'],
    { shipmentId }: OrderSeen,
  ): Promise<void> {
    const answer = await this.client.ask({
      method: 'POST',
      path: `/shipments/${shipmentId}/${what}`,
      key: `${order.key}-${what}`,
    });
    if (answer.status !== 200)
      throw new Error(`The ${what} of the parcel of ${order.orderId} was answered with ${describe(answer)}`);
    order.astray = astray;
  }

  private async giveBack(order: AcceptedOrder): Promise<void> {
    const lines = [{ itemId: order.lines[0].itemId, quantity: 1 }];
    const answer = await this.client.ask({
      method: 'POST',
      path: `/orders/${order.orderId}/returns`,
      body: { lines },
      key: `${order.key}-return`,
    });
    if (answer.status !== 201)
      throw new Error(`The return of ${order.orderId} was answered with ${describe(answer)}`);
    order.returns.push({ returnId: String(answer.body.returnId), lines, refund: this.total(lines) });
  }

  private async changePrices(itemId: string, beginning: number): Promise<void> {
    await sleep(beginning * SPREAD_MS * 0.5);
    for (let change = 0; change < NEWS; change += 1) {
      const amount = this.record.nextPrice();
      const answer = await this.client.ask({
        method: 'PUT',
        path: `/prices/${itemId}`,
        body: { unitPrice: { amount, currency: 'GBP' } },
      });
      if (answer.status !== 200)
        throw new Error(`The price of ${itemId} was answered with ${describe(answer)}`);
      this.record.news.push({ log: 'pricing', key: itemId, mark: String(amount) });
    }
  }

  private async changeAddresses(customerId: string): Promise<void> {
    for (let change = 0; change < NEWS; change += 1) {
      const line1 = `${this.name} ${change}`;
      const answer = await this.client.ask({
        method: 'PUT',
        path: `/customers/${customerId}/address`,
        body: { line1, city: 'Paris', country: 'France' },
      });
      if (answer.status !== 200)
        throw new Error(`The address of ${customerId} was answered with ${describe(answer)}`);
      this.record.news.push({ log: 'customers', key: customerId, mark: line1 });
    }
  }

  private lines(story: Story): AskedLine[] {
    const some = (itemId: string): AskedLine => ({ itemId, quantity: 1 + Math.floor(this.random() * 4) });
    const { goods, services, scarce, declinedGoods, declinedService } = this.shop;
    const ofGoods = (): AskedLine[] => [some(this.pick(goods)), some(this.pick(goods))];
    switch (story) {
      case 'goods':
      case 'lost':
      case 'sent-back':
      case 'over-credit':
        return ofGoods();
      case 'services':
        return [some(this.pick(services))];
      case 'mixed':
      case 'returned':
      case 'cancelled':
        return [...ofGoods(), some(this.pick(services))];
      case 'unknown-item':
        return [...ofGoods(), some('NO-SUCH-THING')];
      case 'out-of-stock':
        return [...ofGoods(), { itemId: scarce, quantity: 1_000 }];
      case 'declined-goods':
        return [{ itemId: declinedGoods, quantity: 1 }];
      case 'declined-service':
        return [{ itemId: declinedService, quantity: 1 }];
    }
  }

  private total(lines: readonly AskedLine[]): number {
    return lines.reduce(
      (sum, { itemId, quantity }) => sum + quantity * (this.record.items.get(itemId)?.price ?? Number.NaN),
      0,
    );
  }

  private pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)];
  }
}

const isFinal = ({ state }: OrderSeen): boolean => FINAL.includes(state);
const isWaitingForCourier = ({ shipment }: OrderSeen, order: AcceptedOrder): boolean =>
  (shipment === 'prepared' && !order.dispatched) ||
  (shipment === 'dispatched' && !order.delivered && !order.astray);
const describe = ({ status, body }: Answered): string => `${status} ${JSON.stringify(body).slice(0, 300)}`;
