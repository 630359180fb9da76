import { startTestApplication, type TestApplication } from '../support/application';
import { eventually } from '../support/eventually';
import { gbp, Shop } from '../support/shop';

const CREDIT_TAKEN = ['payments.reserve-credit', 'payments.credit-reserved'];
const CREDIT_GIVEN_BACK = ['payments.release-credit', 'payments.credit-released'];
const STOCK_TAKEN = ['inventory.reserve-stock', 'inventory.stock-reserved'];
const STOCK_GIVEN_BACK = ['inventory.release-stock', 'inventory.stock-released'];
const PAYMENT_TAKEN = ['payments.authorise-payment', 'payments.payment-authorised'];
const PAYMENT_GIVEN_BACK = ['payments.void-payment', 'payments.payment-voided'];

describe('an order goes wrong', () => {
  let application: TestApplication;
  let shop: Shop;

  beforeAll(async () => {
    application = await startTestApplication();
    shop = new Shop(application);
  });

  afterEach(() =>
    application.provider({ simulatorFailureRate: 0, simulatorTimeoutRate: 0, simulatorLatencyMs: 0 }),
  );

  afterAll(async () => {
    await shop?.booksAddUp();
    await application?.close();
  });

  /** Nothing of an order is left behind. */
  async function nothingIsHeld(customerId: string, itemId?: string): Promise<void> {
    expect(await shop.credit(customerId)).toMatchObject({ held: gbp(0) });
    if (itemId) expect(await shop.stock(itemId)).toMatchObject({ onHand: 100, reserved: 0, dispatched: 0 });
  }

  const atOnce = <T>(times: number, task: () => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: times }, task));

  /** How many of the orders are in which state, once none of them can go on by itself. */
  async function finalOrWaiting(orderIds: readonly string[]): Promise<Record<string, number>> {
    return eventually(async () => {
      const counts: Record<string, number> = {};
      for (const orderId of orderIds) {
        const { state } = await shop.see<{ state: string }>(`/orders/${orderId}`);
        expect(['awaiting-dispatch', 'completed', 'rejected', 'cancelled']).toContain(state);
        counts[state] = (counts[state] ?? 0) + 1;
      }
      return counts;
    });
  }

  /**
   * Calls to the payment provider for an order: how many have failed so far, and whether one is under way.
   */
  async function attempts(orderId: string): Promise<{ failures: number; running: boolean }> {
    const [job] = await application.database.databases
      .of('payments')
      .query<{ failures: number; running: boolean }[]>(
        'select failures, claim is not null as running from jobs where payload ->> $1 = $2',
        ['orderId', orderId],
      );
    return job ?? { failures: 0, running: false };
  }
  const failedAttempts = async (orderId: string): Promise<number> => (await attempts(orderId)).failures;

  describe('the credit', () => {
    it('may be used up exactly', async () => {
      const customerId = await shop.customer(5_000);
      const orderId = await shop.placed(customerId, { itemId: await shop.goods(2_500), quantity: 2 });
      await shop.reaches(orderId, 'awaiting-dispatch');
      expect(await shop.credit(customerId)).toMatchObject({ held: gbp(5_000), available: gbp(0) });
      await shop.complete(orderId);
      await nothingIsHeld(customerId);
    });

    it('is refused a penny above the limit, and the order rejected before anything else is asked for', async () => {
      const customerId = await shop.customer(4_999);
      const itemId = await shop.goods(2_500);
      const orderId = await shop.placed(customerId, { itemId, quantity: 2 });
      const { history } = await shop.reaches(orderId, 'rejected');
      expect(history.at(-1)).toMatchObject({ reason: 'credit-refused' });
      expect(await shop.story(orderId)).toEqual([
        'orders.order-placed',
        'payments.reserve-credit',
        'payments.credit-refused',
        'orders.order-rejected',
      ]);
      await nothingIsHeld(customerId, itemId);
    });

    it('counts all open orders together, and comes back when one of them is over', async () => {
      const customerId = await shop.customer(1_000);
      const lines = [{ itemId: await shop.goods(600), quantity: 1 }];
      const first = await shop.placed(customerId, ...lines);
      await shop.reaches(first, 'awaiting-dispatch');
      await shop.reaches(await shop.placed(customerId, ...lines), 'rejected');
      await shop.complete(first);
      await shop.reaches(await shop.placed(customerId, ...lines), 'awaiting-dispatch');
    });

    it('is never exceeded by orders that are placed at the same moment', async () => {
      const customerId = await shop.customer(700);
      const itemId = await shop.goods(100);
      const states = await finalOrWaiting(
        await atOnce(12, () => shop.placed(customerId, { itemId, quantity: 1 })),
      );
      expect(states).toEqual({ 'awaiting-dispatch': 7, rejected: 5 });
      expect(await shop.credit(customerId)).toMatchObject({ held: gbp(700), available: gbp(0) });
    });

    it('is kept in its own currency: what is left in another one does not help', async () => {
      const itemId = await shop.item(false);
      await shop.price(itemId, 100, 'EUR');
      const customerId = await shop.customer(100_000);
      const limit = { amount: 99, currency: 'EUR' };
      await application.api().put(`/credit-accounts/${customerId}`).send({ limit }).expect(200);
      const { body } = await shop
        .place(customerId, [{ itemId, quantity: 1 }], { currency: 'EUR' })
        .expect(202);
      const { history } = await shop.reaches(body.orderId, 'rejected');
      expect(history.at(-1)).toMatchObject({ reason: 'credit-refused' });
    });
  });

  describe('an id in another spelling', () => {
    /** One of the many ways to write the id that are not the usual one. */
    const otherwise = (id: string): string => {
      const spelt = [...id].map((letter) => (Math.random() < 0.5 ? letter.toUpperCase() : letter)).join('');
      return spelt === id ? id.toUpperCase() : spelt;
    };

    it('cancels the order itself, with everything that is held for it', async () => {
      const customerId = await shop.customer();
      const itemId = await shop.goods(100);
      const orderId = await shop.placed(customerId, { itemId, quantity: 2 });
      await shop.reaches(orderId, 'awaiting-dispatch');
      const { body, headers } = await shop.cancel(otherwise(orderId)).expect(202);
      expect([body.orderId, headers.location]).toEqual([orderId, `/orders/${orderId}`]);
      const { history } = await shop.reaches(orderId, 'cancelled');
      expect(history.map(({ state }) => state)).toEqual(expect.arrayContaining(['cancelling', 'undoing']));
      await nothingIsHeld(customerId, itemId);
    });

    it('does not cancel an order whose parcel has left, nor one that is final', async () => {
      const customerId = await shop.customer();
      const orderId = await shop.placed(customerId, { itemId: await shop.goods(100), quantity: 1 });
      await shop.reaches(orderId, 'awaiting-dispatch');
      const shipmentId = await shop.parcel(orderId);
      await application
        .api()
        .post(`/shipments/${otherwise(shipmentId)}/dispatch`)
        .expect(200);
      await shop.reaches(orderId, 'awaiting-delivery');
      expect((await shop.cancel(otherwise(orderId)).expect(409)).body).toMatchObject({
        code: 'orders.not-cancellable',
      });
      await application
        .api()
        .post(`/shipments/${otherwise(shipmentId)}/delivery`)
        .send({ outcome: 'delivered' })
        .expect(200);
      await shop.reaches(orderId, 'completed');
      expect((await shop.cancel(otherwise(orderId)).expect(409)).body).toMatchObject({
        code: 'orders.not-cancellable',
      });
      expect(await shop.see(`/orders/${orderId}`)).toMatchObject({ state: 'completed' });
    });

    it('cancels an order before its process has begun', async () => {
      await shop.pause('orders.fulfilment');
      const orderId = await shop.placed(await shop.customer(), {
        itemId: await shop.goods(100),
        quantity: 1,
      });
      await shop.cancel(otherwise(orderId)).expect(202);
      await shop.resume('orders.fulfilment');
      await shop.catchesUp();
      expect(await shop.story(orderId)).toEqual(['orders.order-placed', 'orders.order-cancelled']);
    });

    it('is the same customer and the same request', async () => {
      const customerId = await shop.customer(10_000);
      const itemId = await shop.goods(100);
      const key = { 'Idempotency-Key': `spelling-${customerId}` };
      const place = (id: string) =>
        shop
          .place(id, [{ itemId, quantity: 1 }])
          .set(key)
          .expect(202);
      const { body } = await place(otherwise(customerId));
      expect((await place(customerId)).body).toEqual(body);
      const order = await shop.reaches(body.orderId, 'awaiting-dispatch');
      expect(order).toMatchObject({ customerId });
      expect(await shop.see(`/orders?customerId=${otherwise(customerId)}`)).toMatchObject({
        items: [{ orderId: body.orderId }],
      });
      const accounts = await application.database.databases
        .of('payments')
        .query<unknown[]>(`select distinct aggregateid from outbox where lower(aggregateid) = $1`, [
          customerId,
        ]);
      expect(accounts).toEqual([{ aggregateid: customerId }]);
      await application
        .api()
        .put(`/credit-accounts/${otherwise(customerId)}`)
        .send({ limit: gbp(500) })
        .expect(200);
      expect(await shop.credit(otherwise(customerId))).toMatchObject({
        customerId,
        limit: gbp(500),
        held: gbp(100),
      });
      await shop.complete(body.orderId);
    });
  });

  describe('the stock', () => {
    it('is refused as a whole when one item is short; the credit is given back before the order is rejected', async () => {
      const customerId = await shop.customer();
      const [plenty, scarce] = [await shop.goods(100), await shop.goods(100, 3)];
      const orderId = await shop.placed(
        customerId,
        { itemId: plenty, quantity: 1 },
        { itemId: scarce, quantity: 2 },
        { itemId: scarce, quantity: 2 },
      );

      const { history } = await shop.reaches(orderId, 'rejected');
      expect(history.map(({ state }) => state)).toEqual([
        'placed',
        'awaiting-credit',
        'awaiting-stock',
        'undoing',
        'rejected',
      ]);
      expect(history.at(-1)).toMatchObject({ reason: 'stock-refused' });
      expect(await shop.story(orderId)).toEqual([
        'orders.order-placed',
        ...CREDIT_TAKEN,
        'inventory.reserve-stock',
        'inventory.stock-refused',
        ...CREDIT_GIVEN_BACK,
        'orders.order-rejected',
      ]);
      await nothingIsHeld(customerId, plenty);
      expect(await shop.stock(scarce)).toMatchObject({ onHand: 3, reserved: 0 });
    });

    it('is never promised twice to orders that are placed at the same moment', async () => {
      const [first, second] = [await shop.goods(100, 5), await shop.goods(100, 5)];
      const lines = [
        { itemId: first, quantity: 1 },
        { itemId: second, quantity: 1 },
      ];
      const customers = await atOnce(12, () => shop.customer());
      // Half of them name the items the other way round, which must not make them wait for one another for
      // ever.
      const orders = await Promise.all(
        customers.map((customerId, index) =>
          shop.placed(customerId, ...(index % 2 ? lines : lines.toReversed())),
        ),
      );
      expect(await finalOrWaiting(orders)).toEqual({ 'awaiting-dispatch': 5, rejected: 7 });
      for (const itemId of [first, second])
        expect(await shop.stock(itemId)).toMatchObject({ onHand: 5, reserved: 5 });
    });
  });

  describe('the payment', () => {
    it('is declined: stock and credit are given back in reverse, and only then the order is cancelled', async () => {
      const customerId = await shop.customer();
      const itemId = await shop.goods(1_013);
      const orderId = await shop.placed(customerId, { itemId, quantity: 1 });

      const { history } = await shop.reaches(orderId, 'cancelled');
      expect(history.at(-1)).toMatchObject({ reason: 'payment-declined' });
      expect(await shop.story(orderId)).toEqual([
        'orders.order-placed',
        ...CREDIT_TAKEN,
        ...STOCK_TAKEN,
        'payments.authorise-payment',
        'payments.payment-declined',
        ...STOCK_GIVEN_BACK,
        ...CREDIT_GIVEN_BACK,
        'orders.order-cancelled',
      ]);
      await nothingIsHeld(customerId, itemId);
      expect(await shop.payment(orderId)).toMatchObject({ state: 'declined', captured: 0 });
    });

    it('waits for a provider that fails, and goes on as soon as it recovers', async () => {
      await application.provider({ simulatorFailureRate: 1 });
      const orderId = await shop.placed(await shop.customer(), {
        itemId: await shop.service(700),
        quantity: 1,
      });
      await eventually(async () => expect(await failedAttempts(orderId)).toBeGreaterThanOrEqual(2));
      expect(await shop.see(`/orders/${orderId}`)).toMatchObject({ state: 'awaiting-payment' });

      await application.provider({ simulatorFailureRate: 0 });
      await shop.reaches(orderId, 'completed');
      expect(await shop.payment(orderId)).toMatchObject({ captured: 700 });
    });

    it('is taken once from a provider that does its work and never answers', async () => {
      await application.provider({ simulatorTimeoutRate: 1 });
      const orderId = await shop.placed(await shop.customer(), {
        itemId: await shop.service(800),
        quantity: 1,
      });
      await eventually(async () => expect(await failedAttempts(orderId)).toBeGreaterThanOrEqual(1));

      await application.provider({ simulatorTimeoutRate: 0 });
      await shop.reaches(orderId, 'completed');
      expect(await shop.payment(orderId)).toMatchObject({ state: 'captured', captured: 800 });
      expect((await shop.story(orderId)).filter((type) => type.startsWith('payments.payment'))).toEqual([
        'payments.payment-authorised',
        'payments.payment-captured',
      ]);
    });
  });

  describe('the customer cancels', () => {
    const BY_CUSTOMER = { reason: 'cancelled-by-customer' };

    async function cancelled(orderId: string): Promise<string[]> {
      const { history } = await shop.reaches(orderId, 'cancelled');
      expect(history.at(-1)).toMatchObject(BY_CUSTOMER);
      return shop.story(orderId);
    }

    it('before anything has begun: nothing ever begins', async () => {
      await shop.pause('orders.fulfilment');
      const orderId = await shop.placed(await shop.customer(), {
        itemId: await shop.goods(100),
        quantity: 1,
      });
      const { body } = await shop.cancel(orderId).expect(202);
      expect(body).toMatchObject({ orderId, state: 'cancelled' });
      await shop.resume('orders.fulfilment');
      await shop.catchesUp();
      expect(await cancelled(orderId)).toEqual(['orders.order-placed', 'orders.order-cancelled']);
    });

    it('while the credit is waited for: what comes too late is given back', async () => {
      const customerId = await shop.customer();
      await shop.pause('payments.commands');
      const orderId = await shop.placed(customerId, { itemId: await shop.goods(100), quantity: 1 });
      await shop.reaches(orderId, 'awaiting-credit');
      const { body, headers } = await shop.cancel(orderId).expect(202);
      expect(body).toMatchObject({ orderId, state: 'undoing' });
      expect(headers.location).toBe(`/orders/${orderId}`);
      await shop.resume('payments.commands');
      const story = await cancelled(orderId);
      expect(story.filter((type) => type.startsWith('payments.credit'))).toEqual([
        'payments.credit-reserved',
        'payments.credit-released',
      ]);
      expect(story.at(-1)).toBe('orders.order-cancelled');
      await nothingIsHeld(customerId);
    });

    it('while the stock is waited for', async () => {
      const customerId = await shop.customer();
      const itemId = await shop.goods(100);
      await shop.pause('inventory.commands');
      const orderId = await shop.placed(customerId, { itemId, quantity: 7 });
      await shop.reaches(orderId, 'awaiting-stock');
      await shop.cancel(orderId).expect(202);
      await shop.resume('inventory.commands');
      expect(await cancelled(orderId)).toEqual([
        'orders.order-placed',
        ...CREDIT_TAKEN,
        'inventory.reserve-stock',
        'inventory.release-stock',
        'inventory.stock-reserved',
        'inventory.stock-released',
        ...CREDIT_GIVEN_BACK,
        'orders.order-cancelled',
      ]);
      await nothingIsHeld(customerId, itemId);
    });

    it('while the payment is waited for', async () => {
      const customerId = await shop.customer();
      const itemId = await shop.goods(100);
      await application.provider({ simulatorFailureRate: 1 });
      const orderId = await shop.placed(customerId, { itemId, quantity: 1 });
      await eventually(async () => expect(await failedAttempts(orderId)).toBeGreaterThanOrEqual(1));
      await shop.cancel(orderId).expect(202);

      // The provider may have heard of it, so nothing is given back before it has answered.
      await eventually(async () => expect(await shop.payment(orderId)).toMatchObject({ state: 'voiding' }));
      expect(await shop.stock(itemId)).toMatchObject({ reserved: 1 });
      await application.provider({ simulatorFailureRate: 0 });

      expect(await cancelled(orderId)).toEqual([
        'orders.order-placed',
        ...CREDIT_TAKEN,
        ...STOCK_TAKEN,
        'payments.authorise-payment',
        ...PAYMENT_GIVEN_BACK,
        ...STOCK_GIVEN_BACK,
        ...CREDIT_GIVEN_BACK,
        'orders.order-cancelled',
      ]);
      await nothingIsHeld(customerId, itemId);
      expect(await shop.payment(orderId)).toMatchObject({ captured: 0 });
    });

    it('while the dispatch is waited for: the parcel stays, then payment, stock and credit are given back in reverse', async () => {
      const customerId = await shop.customer();
      const itemId = await shop.goods(100);
      const orderId = await shop.placed(customerId, { itemId, quantity: 4 });
      await shop.reaches(orderId, 'awaiting-dispatch');
      const shipmentId = await shop.parcel(orderId);

      const { body } = await shop.cancel(orderId).set('Prefer', 'wait=20').expect(202);

      expect(body).toMatchObject({ state: 'cancelled' });
      expect(await cancelled(orderId)).toEqual([
        'orders.order-placed',
        ...CREDIT_TAKEN,
        ...STOCK_TAKEN,
        ...PAYMENT_TAKEN,
        'shipping.prepare-shipment',
        'shipping.shipment-prepared',
        'shipping.cancel-shipment',
        'shipping.shipment-failed',
        ...PAYMENT_GIVEN_BACK,
        ...STOCK_GIVEN_BACK,
        ...CREDIT_GIVEN_BACK,
        'orders.order-cancelled',
      ]);
      await nothingIsHeld(customerId, itemId);
      expect(await shop.payment(orderId)).toMatchObject({ state: 'voided', captured: 0 });
      expect(await shop.see(`/shipments?orderId=${orderId}`)).toMatchObject({
        items: [{ shipmentId, state: 'cancelled' }],
      });
      await application.api().post(`/shipments/${shipmentId}/dispatch`).expect(409);
    });

    it('before the parcel was even asked for: it is never packed', async () => {
      const customerId = await shop.customer();
      const itemId = await shop.goods(100);
      await shop.pause('shipping.commands');
      const orderId = await shop.placed(customerId, { itemId, quantity: 1 });
      await shop.reaches(orderId, 'awaiting-dispatch');
      await shop.cancel(orderId).expect(202);
      await shop.reaches(orderId, 'cancelling');
      await shop.resume('shipping.commands');
      await cancelled(orderId);
      await nothingIsHeld(customerId, itemId);
    });

    it('a second time: it changes nothing', async () => {
      const orderId = await shop.placed(await shop.customer(), {
        itemId: await shop.goods(100),
        quantity: 1,
      });
      await shop.reaches(orderId, 'awaiting-dispatch');
      await shop.cancel(orderId).expect(202);
      await shop.cancel(orderId).expect(202);
      await shop.reaches(orderId, 'cancelled');
      const story = await shop.story(orderId);
      expect(story.filter((type) => type === 'orders.order-cancelled')).toHaveLength(1);
      expect(story.filter((type) => type === 'shipping.cancel-shipment')).toHaveLength(1);
    });

    it('while the parcel leaves: who waits for the answer is told at once that it came too late, and so is the history', async () => {
      const orderId = await shop.placed(await shop.customer(), {
        itemId: await shop.goods(100),
        quantity: 1,
      });
      await shop.reaches(orderId, 'awaiting-dispatch');
      const shipmentId = await shop.parcel(orderId);
      await shop.pause('orders.fulfilment');
      await application.api().post(`/shipments/${shipmentId}/dispatch`).expect(200);
      const cancelling = shop
        .cancel(orderId)
        .set('Prefer', 'wait=60')
        .expect(202)
        .then(({ body }) => body as object);
      await shop.reaches(orderId, 'cancelling');
      await shop.resume('orders.fulfilment');
      const lost = { state: 'awaiting-delivery', reason: 'dispatched-before-cancellation' };
      const { state, history } = (await cancelling) as { state: string; history: object[] };
      expect([state, history.at(-1)]).toEqual(['awaiting-delivery', expect.objectContaining(lost)]);
      await shop.report(shipmentId, 'delivered');
      const { history: whole } = await shop.reaches(orderId, 'completed');
      expect(whole.filter(({ reason }) => reason !== undefined)).toEqual([
        expect.objectContaining({ state: 'cancelling', reason: 'cancelled-by-customer' }),
        expect.objectContaining(lost),
      ]);
    });

    it('after the dispatch: it is refused, and the order goes on', async () => {
      const orderId = await shop.placed(await shop.customer(), {
        itemId: await shop.goods(100),
        quantity: 1,
      });
      const shipmentId = await shop.dispatch(orderId);
      await shop.reaches(orderId, 'awaiting-delivery');
      const { body } = await shop.cancel(orderId).expect(409);
      expect(body).toMatchObject({ status: 409, code: 'orders.not-cancellable' });
      await shop.report(shipmentId, 'delivered');
      await shop.reaches(orderId, 'completed');
      await shop.cancel(orderId).expect(409);
    });

    it('and loses the race to the dispatch: the order goes on to its end', async () => {
      const customerId = await shop.customer();
      const itemId = await shop.goods(100);
      const orderId = await shop.placed(customerId, { itemId, quantity: 1 });
      // Given a cancellation that was accepted and has not reached the warehouse yet ...
      await shop.parcel(orderId);
      await shop.pause('shipping.commands');
      await shop.cancel(orderId).expect(202);
      await shop.reaches(orderId, 'cancelling');

      // ... when the parcel leaves first, then there is nothing left to call off.
      const shipmentId = await shop.dispatch(orderId);
      await shop.reaches(orderId, 'awaiting-delivery');
      await shop.resume('shipping.commands');
      await shop.report(shipmentId, 'delivered');
      const { history } = await shop.reaches(orderId, 'completed');
      expect(history.map(({ state }) => state).slice(4)).toEqual([
        'awaiting-dispatch',
        'cancelling',
        'awaiting-delivery',
        'capturing',
        'releasing-credit',
        'completed',
      ]);
      await eventually(async () =>
        expect(await shop.stock(itemId)).toMatchObject({ onHand: 99, reserved: 0, dispatched: 1 }),
      );
      expect(await shop.payment(orderId)).toMatchObject({ captured: 100 });
    });

    it('an order that is not there', async () => {
      const { body } = await shop.cancel('01890a5d-ac96-774b-bcce-b302099a8057').expect(404);
      expect(body).toMatchObject({ code: 'orders.order-unknown' });
    });
  });

  it('a delivery fails and is tried again', async () => {
    const orderId = await shop.placed(await shop.customer(), { itemId: await shop.goods(100), quantity: 1 });
    const shipmentId = await shop.dispatch(orderId);
    await shop.report(shipmentId, 'failed');
    expect(await shop.see(`/shipments/${shipmentId}`)).toMatchObject({ state: 'dispatched' });
    await shop.report(shipmentId, 'delivered');
    await shop.reaches(orderId, 'completed');
    expect(await shop.story(orderId)).toEqual(
      expect.arrayContaining(['shipping.shipment-failed', 'shipping.shipment-delivered']),
    );
  });

  describe('an answer does not come in time', () => {
    it('from the credit: the order is cancelled, and the hold that is made too late is given back', async () => {
      const customerId = await shop.customer();
      await shop.pause('payments.commands');
      const orderId = await shop.placed(customerId, { itemId: await shop.goods(100), quantity: 1 });
      await shop.reaches(orderId, 'awaiting-credit');

      await application.clock.moveMinutes(16);
      await shop.reaches(orderId, 'undoing');
      await shop.resume('payments.commands');

      const { history } = await shop.reaches(orderId, 'cancelled');
      expect(history.at(-1)).toMatchObject({ reason: 'credit-not-answered' });
      expect((await shop.story(orderId)).filter((type) => type.startsWith('payments.credit'))).toEqual([
        'payments.credit-reserved',
        'payments.credit-released',
      ]);
      await nothingIsHeld(customerId);
    });

    it('from the stock: what is set aside too late is put back', async () => {
      const customerId = await shop.customer();
      const itemId = await shop.goods(100);
      await shop.pause('inventory.commands');
      const orderId = await shop.placed(customerId, { itemId, quantity: 9 });
      await shop.reaches(orderId, 'awaiting-stock');

      await application.clock.moveMinutes(16);
      await shop.reaches(orderId, 'undoing');
      await shop.resume('inventory.commands');

      const { history } = await shop.reaches(orderId, 'cancelled');
      expect(history.at(-1)).toMatchObject({ reason: 'stock-not-answered' });
      expect((await shop.story(orderId)).filter((type) => type.startsWith('inventory.stock'))).toEqual([
        'inventory.stock-reserved',
        'inventory.stock-released',
      ]);
      await nothingIsHeld(customerId, itemId);
    });

    it('from the payment provider: what it authorises too late is voided', async () => {
      const customerId = await shop.customer();
      const itemId = await shop.goods(100);
      await application.provider({ simulatorTimeoutRate: 1 });
      const orderId = await shop.placed(customerId, { itemId, quantity: 1 });
      await eventually(async () => expect(await attempts(orderId)).toMatchObject({ running: true }));

      await application.clock.moveMinutes(31);
      await shop.reaches(orderId, 'undoing');
      await application.provider({ simulatorTimeoutRate: 0 });

      const { history } = await shop.reaches(orderId, 'cancelled');
      expect(history.at(-1)).toMatchObject({ reason: 'payment-not-answered' });
      await nothingIsHeld(customerId, itemId);
      expect(await shop.payment(orderId)).toMatchObject({
        captured: 0,
        state: expect.stringMatching(/^(voided|forestalled)$/),
      });
    });
  });

  describe('the parcel does not arrive', () => {
    const DAY = 24 * 60;
    const report = (shipmentId: string, what: 'loss' | 'refusal' | 'return') =>
      application.api().post(`/shipments/${shipmentId}/${what}`);

    interface OnItsWay {
      customerId: string;
      itemId: string;
      orderId: string;
      shipmentId: string;
    }

    /** An order of three, whose parcel has left. */
    async function onItsWay(): Promise<OnItsWay> {
      const [customerId, itemId] = [await shop.customer(), await shop.goods(100)];
      const orderId = await shop.placed(customerId, { itemId, quantity: 3 });
      const shipmentId = await shop.dispatch(orderId);
      await shop.reaches(orderId, 'awaiting-delivery');
      return { customerId, itemId, orderId, shipmentId };
    }

    /** The order is over, nothing was taken for it, and nothing is held. */
    async function endedBecause(reason: string, { customerId, orderId }: OnItsWay): Promise<void> {
      const { history } = await shop.reaches(orderId, 'cancelled');
      expect(history.slice(-3)).toEqual([
        expect.objectContaining({ state: 'awaiting-delivery' }),
        expect.objectContaining({ state: 'undoing', reason }),
        expect.objectContaining({ state: 'cancelled', reason }),
      ]);
      expect(await shop.payment(orderId)).toMatchObject({ state: 'voided', captured: 0, refunded: 0 });
      expect(await shop.credit(customerId)).toMatchObject({ held: gbp(0) });
    }

    const stocked = ({ itemId }: OnItsWay, figures: object): Promise<void> =>
      eventually(async () =>
        expect(await shop.stock(itemId)).toMatchObject({ reserved: 0, dispatched: 3, ...figures }),
      );

    it('because it is lost: the money stays with the customer, and the goods are counted as lost', async () => {
      const order = await onItsWay();
      await report(order.shipmentId, 'loss').expect(200);
      await endedBecause('parcel-lost', order);
      await stocked(order, { onHand: 97, returned: 0, lost: 3 });
      expect(
        (await shop.story(order.orderId))
          .filter((type) => /^(payments|orders|shipping)/.test(type))
          .slice(-6),
      ).toEqual([
        'shipping.shipment-lost',
        'payments.void-payment',
        'payments.payment-voided',
        'payments.release-credit',
        'payments.credit-released',
        'orders.order-cancelled',
      ]);
    });

    it('because its recipient refuses it: the money is free at once, and the goods are back when the parcel is', async () => {
      const order = await onItsWay();
      await report(order.shipmentId, 'refusal').expect(200);
      await endedBecause('parcel-refused', order);
      await stocked(order, { onHand: 97, returned: 0, lost: 0 });
      await report(order.shipmentId, 'return').expect(200);
      await stocked(order, { onHand: 100, returned: 3, lost: 0 });
    });

    it('because it comes back to its sender: the goods are on the shelf again', async () => {
      const order = await onItsWay();
      await shop.report(order.shipmentId, 'failed');
      await report(order.shipmentId, 'return').expect(200);
      await endedBecause('parcel-returned', order);
      await stocked(order, { onHand: 100, returned: 3, lost: 0 });
      await shop.giveBack(order.orderId, { itemId: order.itemId, quantity: 1 }).expect(409);
    });

    it('and turns up after it was given up: it counts as lost no more, and the order stays as it ended', async () => {
      const order = await onItsWay();
      await report(order.shipmentId, 'loss').expect(200);
      await endedBecause('parcel-lost', order);
      await report(order.shipmentId, 'return').expect(200);
      await stocked(order, { onHand: 100, returned: 3, lost: 0 });
      await shop.reaches(order.orderId, 'cancelled');
    });

    it('or does it? Of two reports at the same moment one counts, and the other is told so', async () => {
      const order = await onItsWay();
      const [delivered, lost] = await Promise.all([
        application.api().post(`/shipments/${order.shipmentId}/delivery`).send({ outcome: 'delivered' }),
        report(order.shipmentId, 'loss'),
      ]);
      const [state, end] = delivered.status === 200 ? ['delivered', 'completed'] : ['lost', 'cancelled'];
      expect([delivered.status, lost.status].sort()).toEqual([200, 409]);
      const refused = (delivered.status === 200 ? lost : delivered).body as { code: string; detail: string };
      expect(refused).toMatchObject({
        code: 'shipping.shipment-not-under-way',
        detail: expect.stringContaining(` is ${state}`),
      });
      await shop.reaches(order.orderId, end);
      expect(await shop.see(`/shipments/${order.shipmentId}`)).toMatchObject({ state });
    });

    it('and nothing more is heard of it: after a month it counts as lost', async () => {
      const [silent, tried] = [await onItsWay(), await onItsWay()];
      await application.clock.moveMinutes(29 * DAY);
      await shop.report(tried.shipmentId, 'failed');
      await application.clock.moveMinutes(2 * DAY);
      await endedBecause('parcel-presumed-lost', silent);
      await stocked(silent, { onHand: 97, lost: 3 });
      expect(await shop.see(`/shipments/${tried.shipmentId}`)).toMatchObject({ state: 'dispatched' });
      await shop.report(tried.shipmentId, 'delivered');
      await shop.reaches(tried.orderId, 'completed');
    });
  });

  it('leaves nothing parked and nothing waiting behind', async () => {
    expect((await application.ops().get('/messages/totals').expect(200)).body).toMatchObject({
      parked: 0,
      waiting: 0,
    });
  });
});
