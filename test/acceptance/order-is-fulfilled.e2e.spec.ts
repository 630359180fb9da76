import { startTestApplication, type TestApplication } from '../support/application';
import { readEvents } from '../support/server-sent-events';
import { gbp, Shop } from '../support/shop';

describe('an order is fulfilled', () => {
  let application: TestApplication;
  let shop: Shop;

  beforeAll(async () => {
    application = await startTestApplication({ TRUST_AGREED_PRICES: 'true' });
    shop = new Shop(application);
  });

  afterAll(async () => {
    await shop?.booksAddUp();
    await application?.close();
  });

  it('goes from the request to completed, and everything adds up on the way', async () => {
    const customerId = await shop.customer();
    const mug = await shop.goods(255, 20);
    const plate = await shop.goods(1_000, 5);
    const wrapping = await shop.service(150);

    // When it is placed ...
    const { body, headers } = await shop
      .place(customerId, [
        { itemId: mug, quantity: 2 },
        { itemId: wrapping, quantity: 1 },
        { itemId: plate, quantity: 1 },
        { itemId: mug, quantity: 3 },
      ])
      .expect(202);
    const orderId = body.orderId as string;
    expect(body).toEqual({
      orderId: expect.any(String),
      state: 'placed',
      externalReference: null,
      metadata: {},
    });
    expect(headers.location).toBe(`/orders/${orderId}`);

    // ... then everything is held and nothing has moved until the parcel leaves.
    const waiting = await shop.reaches(orderId, 'awaiting-dispatch');
    expect(waiting.total).toEqual(gbp(2_425));
    expect(waiting.lines.map(({ itemId, quantity }) => [itemId, quantity])).toEqual([
      [mug, 2],
      [wrapping, 1],
      [plate, 1],
      [mug, 3],
    ]);
    expect(await shop.stock(mug)).toMatchObject({ onHand: 20, reserved: 5 });
    expect(await shop.stock(plate)).toMatchObject({ onHand: 5, reserved: 1 });
    expect(await shop.credit(customerId)).toMatchObject({ held: gbp(2_425), available: gbp(147_575) });
    expect(await shop.payment(orderId)).toMatchObject({ state: 'authorised', captured: 0 });

    // When it leaves, the stock goes with it, and it can be paid for once it has arrived.
    const shipmentId = await shop.dispatch(orderId);
    expect(await shop.see(`/shipments/${shipmentId}`)).toMatchObject({
      orderId,
      state: 'dispatched',
      address: { city: 'Paris', country: 'France' },
      lines: expect.arrayContaining([
        { itemId: mug, quantity: 5 },
        { itemId: plate, quantity: 1 },
      ]),
    });
    await shop.reaches(orderId, 'awaiting-delivery');
    await shop.report(shipmentId, 'delivered');
    const { history } = await shop.reaches(orderId, 'completed');
    await shop.comesToRest();

    expect(history.map(({ state }) => state)).toEqual([
      'placed',
      'awaiting-credit',
      'awaiting-stock',
      'awaiting-payment',
      'awaiting-dispatch',
      'awaiting-delivery',
      'capturing',
      'releasing-credit',
      'completed',
    ]);
    expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).toSorted());
    expect(await shop.stock(mug)).toMatchObject({ onHand: 15, reserved: 0, dispatched: 5 });
    expect(await shop.see(`/reservations/${orderId}`)).toMatchObject({ state: 'dispatched', shipmentId });
    expect(await shop.credit(customerId)).toMatchObject({ held: gbp(0), available: gbp(150_000) });
    expect(await shop.payment(orderId)).toMatchObject({ state: 'captured', captured: 2_425, refunded: 0 });
    expect(await shop.see('/shipments/totals')).toMatchObject({ delivered: 1 });
    expect(await shop.see('/orders/totals')).toEqual({
      byState: { completed: 1 },
      returns: 0,
      returnedLines: 0,
    });
    expect((await application.ops().get('/messages/totals').expect(200)).body).toMatchObject({
      parked: 0,
      waiting: 0,
    });
  });

  it('needs no stock and no shipment for services only', async () => {
    const customerId = await shop.customer();
    const advice = await shop.service(9_900);

    const orderId = await shop.placed(customerId, { itemId: advice, quantity: 2 });

    const { history } = await shop.reaches(orderId, 'completed');
    expect(history.map(({ state }) => state)).toEqual([
      'placed',
      'awaiting-credit',
      'awaiting-payment',
      'capturing',
      'releasing-credit',
      'completed',
    ]);
    expect(await shop.see(`/shipments?orderId=${orderId}`)).toEqual({ items: [] });
    await application.api().get(`/reservations/${orderId}`).expect(404);
    expect(await shop.payment(orderId)).toMatchObject({ state: 'captured', captured: 19_800 });
    expect(await shop.credit(customerId)).toMatchObject({ held: gbp(0) });
    expect(await shop.story(orderId)).toEqual([
      'orders.order-placed',
      'payments.reserve-credit',
      'payments.credit-reserved',
      'payments.authorise-payment',
      'payments.payment-authorised',
      'payments.capture-payment',
      'payments.payment-captured',
      'payments.release-credit',
      'payments.credit-released',
      'orders.order-completed',
    ]);
  });

  describe('at agreed prices, where the process trusts its callers', () => {
    it('takes the agreed price of each line, the list price where none was agreed, and needs none in the list', async () => {
      const [listed, unlisted] = [await shop.service(255), await shop.item(false)];
      const lines = [
        { itemId: listed, quantity: 1, agreedUnitPrice: gbp(199) },
        { itemId: listed, quantity: 1 },
        { itemId: unlisted, quantity: 3, agreedUnitPrice: gbp(10) },
      ];
      const orderId = await shop.placed(await shop.customer(), ...lines);
      const order = await shop.reaches(orderId, 'completed');
      expect(order.total).toEqual(gbp(484));
      expect(order.lines).toMatchObject([
        { unitPrice: gbp(199) },
        { unitPrice: gbp(255) },
        { unitPrice: gbp(10) },
      ]);
      expect(await shop.payment(orderId)).toMatchObject({ captured: 484 });
    });

    it('is refused at an agreed price of 0', async () => {
      const lines = [{ itemId: await shop.service(255), quantity: 1, agreedUnitPrice: gbp(0) }];
      const { body } = await shop.place(await shop.customer(), lines).expect(422);
      expect(body).toMatchObject({
        code: 'orders.refused',
        errors: [{ pointer: '/lines/0/agreedUnitPrice', code: 'orders.line.price-not-positive' }],
      });
    });
  });

  describe('Prefer: wait', () => {
    it('answers with the final order where that is reached in time', async () => {
      const lines = [{ itemId: await shop.service(500), quantity: 1 }];
      const { body, headers } = await shop
        .place(await shop.customer(), lines)
        .set('Prefer', 'wait=20')
        .expect(202);
      expect(headers).toMatchObject({
        'preference-applied': 'wait=20',
        location: `/orders/${body.orderId}`,
        etag: expect.stringMatching(/^"\d+"$/),
      });
      expect(body).toMatchObject({ state: 'completed', total: gbp(500) });
    });

    it('answers with the order as it stands when the time is up', async () => {
      const lines = [{ itemId: await shop.goods(500), quantity: 1 }];
      const { body } = await shop
        .place(await shop.customer(), lines)
        .set('Prefer', 'wait=1')
        .expect(202);
      expect(body).toMatchObject({ total: gbp(500), state: expect.stringMatching(/^(placed|awaiting-.+)$/) });
    });
  });

  describe('the stream of its progress', () => {
    it('tells every step once, goes on where a client was cut off, and ends with the order', async () => {
      const orderId = await shop.placed(await shop.customer(), {
        itemId: await shop.goods(100),
        quantity: 1,
      });
      const stream = (lastEventId?: string) =>
        readEvents(`${application.url}/orders/${orderId}/events`, lastEventId);

      // A client that leaves after the second step ...
      const first = await (await stream()).take(2);
      expect(first.map(({ id, event }) => [id, event])).toEqual([
        ['0', 'placed'],
        ['1', 'awaiting-credit'],
      ]);

      // ... hears the rest of it and nothing twice when it comes back.
      const rest = (await stream('1')).all();
      const { history } = await shop.complete(orderId);
      expect((await rest).map(({ id, event, data }) => [id, event, data])).toEqual(
        history.slice(2).map((entry, index) => [String(index + 2), entry.state, entry]),
      );

      // A client that has had every event is asked not to reconnect.
      await application
        .api()
        .get(`/orders/${orderId}/events`)
        .set('Last-Event-ID', String(history.length - 1))
        .expect(204);
    });

    it('is not there for an order that is not there', async () => {
      const { body } = await application
        .api()
        .get('/orders/01890a5d-ac96-774b-bcce-b302099a8057/events')
        .expect(404);
      expect(body).toMatchObject({ code: 'orders.order-unknown' });
    });
  });
});
