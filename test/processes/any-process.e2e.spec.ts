import request from 'supertest';
import { callFigures } from '../../src/platform/cli/topology/call-figures';
import { type ApplicationInThisProcess, startInThisProcess } from '../support/application-in-this-process';
import { eventually } from '../support/eventually';
import { moduleNames } from '../support/modules';
import { describeWithNats, NatsServer } from '../support/nats-server';
import { PATIENT } from '../support/patient';
import { readEvents } from '../support/server-sent-events';
import { nobody, Shop } from '../support/shop';

/** Orders waits for answers of customers, catalog and pricing; requests go to the process of shipping. */
const APART = ['shipping', 'orders', 'payments,pricing', 'customers'];
const PROCESSES = [
  ...APART,
  moduleNames.filter((module) => !APART.join().split(',').includes(module)).join(),
];

describeWithNats('an application in five processes', () => {
  let broker: NatsServer;
  const processes: ApplicationInThisProcess[] = [];
  let together: ApplicationInThisProcess;
  let shop: Shop;
  const joined = () => ({ NATS_URL: broker.url, ...PATIENT });

  beforeAll(async () => {
    broker = await NatsServer.start();
    for (const MODULES of PROCESSES)
      processes.push(await startInThisProcess({ MODULES, ...joined() }, processes[0]?.database));
    together = await startInThisProcess();
    shop = new Shop(processes[0]);
  });

  afterAll(async () => {
    await together?.close();
    for (const one of processes.slice(1)) await one.stop();
    await processes[0]?.close();
    await broker?.stop();
  });

  it('takes an order and follows it to its end, at the address of a process that knows nothing of orders', async () => {
    // No copy has them yet: placing the order asks three other processes.
    const orderId = await shop.placed(await shop.customer(), { itemId: await shop.goods(100), quantity: 2 });
    const events = await readEvents(`${processes[0].url}/orders/${orderId}/events`);
    await shop.reaches(orderId, 'awaiting-dispatch');
    await shop.report(await shop.dispatch(orderId), 'delivered');
    const seen = await events.all();
    expect(seen.at(-1)).toMatchObject({ data: { state: 'completed' } });
    await shop.booksAddUp();
  });

  it('counts who waits for whom, and whether over the network', async () => {
    const counted = async ({ opsUrls: [url] }: ApplicationInThisProcess): Promise<(string | number)[][]> => {
      const { text } = await request(url).get('/metrics').expect(200);
      return callFigures([{ since: 0, text }], Date.now())
        .map(({ from, contract, over, causedBy, unreachable }) => [
          from,
          contract,
          over,
          causedBy,
          unreachable,
        ])
        .sort();
    };
    for (const [one, application, over] of [
      [shop, processes[PROCESSES.indexOf('orders')], 'network'],
      [new Shop(together), together, 'process'],
    ] as const) {
      await one.placed(await one.customer(), { itemId: await one.service(100), quantity: 1 });
      const calls = await counted(application);
      expect(calls).toContainEqual(['orders', 'customers.find-customer', over, 'request', 0]);
      // What a copy has already is not asked for.
      const contracts = ['customers.find-customer', 'catalog.find-items', 'pricing.quote-prices'];
      expect(contracts.map((contract) => ['orders', contract, over, 'request', 0])).toEqual(
        expect.arrayContaining(calls),
      );
    }
    expect(await counted(processes[PROCESSES.indexOf('customers')])).toEqual([]);
  });

  it('waits for the end of an order as it is asked to, and gives the first answer again', async () => {
    const [customerId, itemId] = [await shop.customer(), await shop.service(100)];
    const place = () =>
      shop
        .place(customerId, [{ itemId, quantity: 1 }])
        .set('Idempotency-Key', 'k-1')
        .set('Prefer', 'wait=20')
        .expect(202);
    const first = await place();
    expect(first.body).toMatchObject({ state: 'completed' });
    const again = await place();
    expect([again.body.orderId, again.headers.location]).toEqual([
      first.body.orderId,
      first.headers.location,
    ]);
  });

  it.each<[string, 'get' | 'post' | 'delete', string, object | null]>([
    [
      'nobody orders',
      'post',
      '/orders',
      { customerId: nobody(), currency: 'GBP', lines: [{ itemId: 'NOTHING', quantity: 1 }] },
    ],
    ['an order of nothing', 'post', '/orders', { customerId: nobody(), currency: 'GBP', lines: [] }],
    ['an unknown order', 'get', `/orders/${nobody()}`, null],
    ['an unknown shipment', 'get', `/shipments/${nobody()}`, null],
    ['an unknown field', 'post', '/items', { itemId: 'A', colour: 'red' }],
    ['a page that is too large', 'get', '/customers?limit=100000', null],
    ['an unknown method', 'delete', '/stock/A', null],
    ['an unknown path', 'get', '/parcels', null],
    ['the whole API', 'get', '/openapi.json', null],
    ['the whole catalogue', 'get', '/catalogue.json', null],
  ])('answers as one process does: %s', async (_what, method, path, body) => {
    const ask = async (url: string) => {
      const agent = request(url);
      const { status, headers, text } = await agent[method](path)
        .set('X-Correlation-Id', 'c-1')
        .send(body ?? undefined);
      const {
        date: _date,
        connection: _connection,
        'keep-alive': _keepAlive,
        ...kept
      } = headers as Record<string, string>;
      return { status, headers: kept, body: JSON.parse(text) as unknown };
    };
    const expected = await ask(together.url);
    for (const { url } of processes) expect(await ask(url)).toEqual(expected);
  });

  it('goes on when one of the processes was started again', async () => {
    const customerId = await shop.customer();
    const itemId = await shop.service(100);
    const at = PROCESSES.indexOf('customers');
    await processes[at].stop();
    const placing = shop
      .place(customerId, [{ itemId, quantity: 1 }])
      .expect(202)
      .then(({ body }) => body as { orderId: string });
    const showing = request(processes[0].url)
      .get(`/customers/${customerId}`)
      .expect(200)
      .then(({ body }) => body as object);
    processes[at] = await startInThisProcess({ MODULES: PROCESSES[at], ...joined() }, processes[0].database);
    const [{ orderId }, customer] = await Promise.all([placing, showing]);
    expect(customer).toMatchObject({ customerId });
    await eventually(() => shop.reaches(orderId, 'completed'));
  });
});
