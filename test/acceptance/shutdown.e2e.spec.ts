import { startTestApplication, type TestApplication } from '../support/application';
import type { TestGround } from '../support/test-ground';
import { readEvents } from '../support/server-sent-events';
import { gbp, Shop } from '../support/shop';

/**
 * What the client was ready to wait for its order, in seconds: a process that stops does not wait as long.
 */
const PATIENCE = 60;

describe('the application is told to stop', () => {
  let database: TestGround;
  let application: TestApplication;
  let shop: Shop;

  beforeAll(async () => {
    application = await startTestApplication();
    database = application.database;
    shop = new Shop(application);
  });

  afterAll(async () => {
    await shop?.booksAddUp();
    await application?.close();
  });

  /** Lane groups that a process says it holds. */
  const leases = async (): Promise<number> => {
    const counts = database.databases.modules.map(async (module) => {
      const [{ held }] = await database.databases
        .of(module)
        .query<[{ held: number }]>(
          'select count(*)::int as held from subscription_positions where owner is not null',
        );
      return held;
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  };

  it('answers whoever waits with what there is, gives every lease back, and the next process goes on', async () => {
    // Given orders at different places of their way, and clients that wait for them ...
    const customerId = await shop.customer();
    const [goods, advice] = [await shop.goods(100), await shop.service(100)];
    const orderId = await shop.placed(customerId, { itemId: goods, quantity: 1 });
    await shop.reaches(orderId, 'awaiting-dispatch');
    const stream = (await readEvents(`${application.url}/orders/${orderId}/events`)).all();
    const waiting = shop
      .place(customerId, [{ itemId: goods, quantity: 1 }])
      .set('Prefer', `wait=${PATIENCE}`)
      .then((response) => response);
    const onTheirWay = await Promise.all(
      Array.from({ length: 5 }, () => shop.placed(customerId, { itemId: advice, quantity: 1 })),
    );
    await shop.see(`/orders?customerId=${customerId}`);
    expect(await leases()).toBeGreaterThan(0);

    // ... when it is asked to stop, ...
    const told = Date.now();
    await application.stop();

    // ... then every client has its answer and no lease is held.
    expect(Date.now() - told).toBeLessThan(PATIENCE * 1_000);
    expect((await stream).at(-1)).toMatchObject({ event: 'awaiting-dispatch' });
    const answered = await waiting;
    expect(answered.status).toBe(202);
    expect(await leases()).toBe(0);
    await expect(fetch(`${application.url}/health/live`)).rejects.toThrow('fetch failed');

    // The next one finishes what was accepted.
    application = await startTestApplication({}, database);
    shop = new Shop(application);
    for (const id of onTheirWay) await shop.reaches(id, 'completed');
    for (const id of [orderId, answered.body.orderId as string]) await shop.complete(id);
    expect(await shop.credit(customerId)).toMatchObject({ held: gbp(0) });
    await shop.comesToRest();
  });
});
