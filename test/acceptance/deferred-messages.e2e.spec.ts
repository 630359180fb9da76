import { v7 as uuidv7 } from 'uuid';
import { laneOf } from '../../src/platform/unit-of-work/outbox';
import { startTestApplication, type TestApplication } from '../support/application';
import { eventually } from '../support/eventually';
import { gbp, Shop } from '../support/shop';

interface Held {
  subscription: string;
  log: string;
  key: string;
  state: string;
  attempts: number;
  error: string | null;
  type: string;
}

/** A message that no module of ours would publish: it is written with the administrator's login. */
interface Planted {
  log: string;
  kind?: 'event' | 'command';
  type: string;
  version?: number;
  aggregateType: string;
  key: string;
  data: object;
}

describe('messages that cannot be handled', () => {
  let application: TestApplication;
  let shop: Shop;

  beforeAll(async () => {
    application = await startTestApplication();
    shop = new Shop(application);
  });

  afterAll(() => application?.close());

  const plant = ({ log, kind = 'event', type, version = 1, aggregateType, key, data }: Planted) =>
    application.database.asAdministrator(
      log,
      `insert into ${log}.outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
       values ((select generation from ${log}.log_head), $1, $2, $3, $4, $5, $6, $7, $8, $9, 1)`,
      [
        uuidv7(),
        kind,
        aggregateType,
        key,
        type,
        version,
        JSON.stringify(data),
        JSON.stringify({ correlationId: uuidv7() }),
        laneOf(key),
      ],
    );

  /** What an operator does who knows what the message should have said. */
  const repair = (subscription: string, key: string, data: object) =>
    application.database.asAdministrator(
      subscription.split('.')[0],
      `update ${subscription.split('.')[0]}.deferred_messages set envelope = jsonb_set(envelope, '{data}', $3) where subscription = $1 and key = $2 and state = 'parked'`,
      [subscription, key, JSON.stringify(data)],
    );

  const held = async (key: string): Promise<Held[]> => {
    const { body } = await application.ops().get('/deferred-messages').expect(200);
    return (body.items as Held[]).filter((held) => held.key === key);
  };

  const redrive = async (subscription: string, key?: string): Promise<number> =>
    (await application.ops().post(`/subscriptions/${subscription}/redrive`).send({ key }).expect(200)).body
      .redriven as number;

  const parked = async (): Promise<number> =>
    (await application.ops().get('/messages/totals').expect(200)).body.parked as number;

  const copyOf = async (itemId: string): Promise<unknown> => {
    const [copy] = await application.database.databases
      .of('orders')
      .query<unknown[]>('select stock_tracked, withdrawn from item_copies where item_id = $1', [itemId]);
    return copy;
  };

  it('one that does not fit its contract is parked with its reason, holds its key back, and nothing else', async () => {
    // Given an item whose announcement is broken, ...
    await plant({
      log: 'catalog',
      type: 'catalog.item-added',
      aggregateType: 'item',
      key: 'BROKEN',
      data: { itemId: 'BROKEN', stockTracked: 'perhaps' },
    });
    await eventually(async () =>
      expect(await held('BROKEN')).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            subscription: 'orders.keep-items',
            log: 'catalog',
            state: 'parked',
            attempts: 1,
            type: 'catalog.item-added',
            error: expect.stringMatching(/does not fit catalog\.item-added version 1: .*name.*stockTracked/s),
          }),
        ]),
      ),
    );

    // ... when more is said of it, then that lines up behind, in order, ...
    await plant({
      log: 'catalog',
      type: 'catalog.item-added',
      aggregateType: 'item',
      key: 'BROKEN',
      data: { itemId: 'BROKEN', name: 'B', stockTracked: true },
    });
    await plant({
      log: 'catalog',
      type: 'catalog.item-withdrawn',
      aggregateType: 'item',
      key: 'BROKEN',
      data: { itemId: 'BROKEN' },
    });
    const inOrders = async () =>
      (await held('BROKEN')).filter(({ subscription }) => subscription === 'orders.keep-items');
    await eventually(async () =>
      expect((await inOrders()).map(({ state, type }) => [state, type])).toEqual([
        ['parked', 'catalog.item-added'],
        ['queued', 'catalog.item-added'],
        ['queued', 'catalog.item-withdrawn'],
      ]),
    );
    expect(await copyOf('BROKEN')).toBeUndefined();

    // ... while other items go on.
    const fine = await shop.item(true);
    await eventually(async () =>
      expect(await copyOf(fine)).toEqual({ stock_tracked: true, withdrawn: false }),
    );
    expect(await parked()).toBeGreaterThanOrEqual(1);
    const { body } = await application.ops().get('/subscriptions').expect(200);
    const groups = (
      body.items as { subscription: string; parked: number; queued: number; paused: boolean }[]
    ).filter(({ subscription }) => subscription === 'orders.keep-items');
    expect(groups.reduce((sum, group) => sum + group.parked, 0)).toBe(1);
    expect(groups.reduce((sum, group) => sum + group.queued, 0)).toBe(2);

    // A redrive without a repair ends where it began ...
    expect(await redrive('orders.keep-items', 'BROKEN')).toBe(1);
    await eventually(async () =>
      expect((await inOrders()).map(({ state }) => state)).toEqual(['parked', 'queued', 'queued']),
    );
    expect(await copyOf('BROKEN')).toBeUndefined();

    // ... and after a repair the whole key is handled, in order.
    await eventually(async () =>
      expect((await held('BROKEN')).filter(({ state }) => state === 'parked')).toHaveLength(2),
    );
    for (const subscription of ['orders.keep-items', 'inventory.keep-item-copy']) {
      await repair(subscription, 'BROKEN', { itemId: 'BROKEN', name: 'B', stockTracked: true });
      await redrive(subscription);
    }
    await eventually(async () => expect(await held('BROKEN')).toEqual([]));
    expect(await copyOf('BROKEN')).toEqual({ stock_tracked: true, withdrawn: true });
    expect(await parked()).toBe(0);
  });

  it('one of a version that this process does not know waits for a process that does', async () => {
    await plant({
      log: 'pricing',
      type: 'pricing.price-changed',
      version: 3,
      aggregateType: 'price',
      key: 'FUTURE',
      data: { itemId: 'FUTURE', unitPrice: gbp(1) },
    });
    await eventually(async () =>
      expect(await held('FUTURE')).toEqual([
        expect.objectContaining({
          subscription: 'orders.keep-prices',
          state: 'parked',
          error: expect.stringContaining('version 3'),
        }),
      ]),
    );
    await application.database.asAdministrator(
      'orders',
      `update orders.deferred_messages set envelope = jsonb_set(envelope, '{version}', '1') where key = $1`,
      ['FUTURE'],
    );
    expect(await redrive('orders.keep-prices', 'somebody else')).toBe(0);
    expect(await redrive('orders.keep-prices', 'FUTURE')).toBe(1);
    await eventually(async () => expect(await held('FUTURE')).toEqual([]));
  });

  it('a command that does not fit is parked too: what it asks for is done neither half nor out of order', async () => {
    const orderId = uuidv7();
    const customerId = await shop.customer();
    const command = (type: string, data: object) =>
      plant({ log: 'orders', kind: 'command', type, aggregateType: 'fulfilment', key: orderId, data });
    await command('payments.reserve-credit', {
      orderId,
      customerId,
      amount: { amount: -5, currency: 'GBP' },
    });
    await command('payments.release-credit', { orderId });
    await eventually(async () =>
      expect((await held(orderId)).map(({ state, type }) => [state, type])).toEqual([
        ['parked', 'payments.reserve-credit'],
        ['queued', 'payments.release-credit'],
      ]),
    );
    await application.api().get(`/credit-holds/${orderId}`).expect(404);

    // Other orders are served by the same subscription meanwhile.
    await shop.reaches(
      await shop.placed(customerId, { itemId: await shop.service(100), quantity: 1 }),
      'completed',
    );

    await repair('payments.commands', orderId, { orderId, customerId, amount: gbp(5) });
    await redrive('payments.commands', orderId);
    await eventually(async () =>
      expect(await shop.see(`/credit-holds/${orderId}`)).toMatchObject({ state: 'released', amount: 5 }),
    );
    expect(await shop.story(orderId)).toEqual([
      'payments.reserve-credit',
      'payments.release-credit',
      'payments.credit-reserved',
      'payments.credit-released',
    ]);
    expect(await held(orderId)).toEqual([]);
  });

  it('an order whose answer is parked is not given up when its time is up, and goes on when that is repaired', async () => {
    const customerId = await shop.customer();
    const itemId = await shop.service(100);
    await shop.pause('payments.commands');
    const [answered, unanswered] = [
      await shop.placed(customerId, { itemId, quantity: 1 }),
      await shop.placed(customerId, { itemId, quantity: 2 }),
    ];
    for (const orderId of [answered, unanswered]) await shop.reaches(orderId, 'awaiting-credit');
    await plant({
      log: 'payments',
      type: 'payments.credit-reserved',
      aggregateType: 'credit-hold',
      key: answered,
      data: { orderId: answered, limit: 'none' },
    });
    await eventually(async () =>
      expect(await held(answered)).toEqual([
        expect.objectContaining({ subscription: 'orders.fulfilment', state: 'parked' }),
      ]),
    );

    // The order without an answer is given up; the other one has its answer, which only cannot be read.
    await application.clock.moveMinutes(16);
    await shop.reaches(unanswered, 'undoing');
    expect(await shop.see(`/orders/${answered}`)).toMatchObject({ state: 'awaiting-credit' });

    await repair('orders.fulfilment', answered, { orderId: answered });
    await redrive('orders.fulfilment', answered);
    await shop.reaches(answered, 'awaiting-payment');
    await shop.resume('payments.commands');
    await shop.reaches(answered, 'completed');
    await shop.reaches(unanswered, 'cancelled');
  });

  describe("the operator's API", () => {
    it('stops a subscription and lets it go on: nothing is lost meanwhile', async () => {
      await shop.pause('orders.keep-items');
      const itemId = await shop.item(false);
      const of = async (name: string) => {
        const { body } = await application.ops().get('/subscriptions').expect(200);
        return (body.items as { subscription: string; paused: boolean; lag: number }[]).filter(
          ({ subscription }) => subscription === name,
        );
      };
      await eventually(async () =>
        expect((await of('inventory.keep-item-copy')).reduce((sum, { lag }) => sum + lag, 0)).toBe(0),
      );
      await eventually(async () => {
        const waiting = await of('orders.keep-items');
        expect(waiting.every(({ paused }) => paused)).toBe(true);
        expect(waiting.reduce((sum, { lag }) => sum + lag, 0)).toBe(1);
      });
      expect(await copyOf(itemId)).toBeUndefined();

      await shop.resume('orders.keep-items');
      await eventually(async () =>
        expect(await copyOf(itemId)).toEqual({ stock_tracked: false, withdrawn: false }),
      );
      await shop.comesToRest();
    });

    it('knows every subscription and refuses what is none', async () => {
      const { body } = await application.ops().get('/subscriptions').expect(200);
      const names = new Set(
        (body.items as { subscription: string }[]).map(({ subscription }) => subscription),
      );
      expect([...names]).toEqual(
        expect.arrayContaining([
          'orders.fulfilment',
          'payments.commands',
          'inventory.dispatch-stock',
          'shipping.keep-address-book',
        ]),
      );
      for (const action of ['pause', 'resume', 'redrive']) {
        for (const name of ['orders.no-such', 'nobody.at-all']) {
          const { status, body: problem } = await application
            .ops()
            .post(`/subscriptions/${name}/${action}`)
            .send({});
          expect([name, action, status, problem.code]).toEqual([
            name,
            action,
            404,
            'ops.subscription-unknown',
          ]);
        }
      }
      await application
        .ops()
        .post('/subscriptions/orders.fulfilment/redrive')
        .send({ subject: 'x' })
        .expect(400);
    });

    it('is not part of the public API', async () => {
      await application.api().get('/ops/api/subscriptions').expect(404);
    });
  });
});
