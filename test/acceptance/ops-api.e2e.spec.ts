import { type CloudEvent, type Headers, HTTP } from 'cloudevents';
import request from 'supertest';
import { v7 as uuidv7 } from 'uuid';
import { laneOf } from '../../src/platform/unit-of-work/outbox';
import type { SubscriptionStatus } from '../../src/platform/subscriptions/subscription-operations';
import { startTestApplication, type TestApplication } from '../support/application';
import { eventually } from '../support/eventually';
import { Shop } from '../support/shop';

const KEEP_PRICES = 'orders.keep-prices';
const TOKEN = 'a token for tests only';

describe("the operator's API", () => {
  let application: TestApplication;
  let shop: Shop;
  beforeAll(async () => {
    application = await startTestApplication({ OPS_TOKEN: TOKEN });
    shop = new Shop(application);
  });
  afterAll(() => application.close());

  const inOrders = <T>(sql: string, parameters: unknown[] = []): Promise<T[]> =>
    application.database.databases.of('orders').query(sql, parameters);
  const get = async <T>(path: string): Promise<T> => {
    const response = await application.ops().get(path);
    expect(response.status).toBe(200);
    return response.body as T;
  };
  const statusesOf = async (name: string): Promise<SubscriptionStatus[]> =>
    (await get<{ items: SubscriptionStatus[] }>('/subscriptions')).items.filter(
      ({ subscription }) => subscription === name,
    );
  const setPrice = async (itemId: string): Promise<void> => {
    await application
      .api()
      .put(`/prices/${itemId}`)
      .send({ unitPrice: { amount: 100, currency: 'GBP' } })
      .expect((response) => expect(response.status).toBeLessThan(300));
  };
  const knownPrices = async (): Promise<string[]> =>
    (await inOrders<{ item_id: string }>('select item_id from price_copies order by 1')).map(
      (row) => row.item_id,
    );

  it('answers nobody without the token that it wants', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer another token', 'Basic YTpi']) {
      const { body } = await application
        .ops()
        .get('/subscriptions')
        .set('Authorization', authorization)
        .expect(401);
      expect(body).toMatchObject({ status: 401, code: 'request.unauthorized' });
    }
    await application.ops().get('/subscriptions').set('Authorization', `Bearer ${TOKEN}`).expect(200);
  });

  it('shows the lane groups of every subscription and who works on them', async () => {
    await eventually(async () => {
      const statuses = await statusesOf(KEEP_PRICES);
      expect(statuses.map(({ laneGroup }) => laneGroup)).toEqual([0, 1, 2, 3]);
      for (const status of statuses)
        expect(status).toMatchObject({
          log: 'pricing',
          paused: false,
          parked: 0,
          owner: expect.stringMatching(/^[0-9a-f-]{36}$/),
        });
    });
  });

  it('tells when nothing moves any more', async () => {
    await setPrice('REST');
    await eventually(async () =>
      expect(await get('/pending-work')).toEqual({
        quiescent: true,
        lag: 0,
        retrying: 0,
        runningProcesses: 0,
        openJobs: 0,
        unreachableLogs: 0,
      }),
    );
    expect(await knownPrices()).toContain('REST');
    expect(await get('/messages/totals')).toEqual({ published: 1, parked: 0, waiting: 0 });
  });

  it('pauses a subscription, whose messages wait, and lets it go on', async () => {
    await shop.pause(KEEP_PRICES);
    expect((await statusesOf(KEEP_PRICES)).every(({ paused }) => paused)).toBe(true);
    await setPrice('PAUSED');
    await eventually(async () =>
      expect((await statusesOf(KEEP_PRICES)).reduce((sum, { lag }) => sum + (lag ?? 0), 0)).toBe(1),
    );
    expect(await get('/pending-work')).toMatchObject({ quiescent: false });
    expect(await knownPrices()).not.toContain('PAUSED');
    await shop.resume(KEEP_PRICES);
    await eventually(async () => expect(await knownPrices()).toContain('PAUSED'));
  });

  it('lets parked messages be tried again, which the running process does', async () => {
    const envelope = (itemId: string) => ({
      id: uuidv7(),
      type: 'pricing.price-changed',
      version: 1,
      source: 'pricing',
      kind: 'event',
      subject: itemId,
      aggregateType: 'price',
      keyVersion: 1,
      lane: laneOf(itemId),
      time: new Date().toISOString(),
      correlationId: uuidv7(),
      position: { generation: 1, tick: '1', seq: '1' },
      data: { itemId, unitPrice: { amount: 5, currency: 'GBP' } },
    });
    for (const itemId of ['PARKED-1', 'PARKED-2']) {
      await inOrders(
        `insert into deferred_messages (subscription, log, key, generation, tick, seq, lane, state, attempts, error, envelope)
         values ($1, 'pricing', $2, 1, 1, 1, $3, 'parked', 8, 'Error: no', $4)`,
        [KEEP_PRICES, itemId, laneOf(itemId), JSON.stringify(envelope(itemId))],
      );
    }
    expect(await get('/deferred-messages')).toMatchObject({
      items: [{ state: 'parked', error: 'Error: no' }, { state: 'parked' }],
    });
    const one = await application
      .ops()
      .post(`/subscriptions/${KEEP_PRICES}/redrive`)
      .send({ key: 'PARKED-2' });
    expect([one.status, one.body]).toEqual([200, { redriven: 1 }]);
    await eventually(async () => expect(await knownPrices()).toContain('PARKED-2'));
    expect(await knownPrices()).not.toContain('PARKED-1');
    const rest = await application.ops().post(`/subscriptions/${KEEP_PRICES}/redrive`);
    expect([rest.status, rest.body]).toEqual([200, { redriven: 1 }]);
    await eventually(async () => expect(await get('/deferred-messages')).toEqual({ items: [] }));
    expect(await knownPrices()).toContain('PARKED-1');
  });

  it('shows jobs and sets parked ones going again', async () => {
    await application.database.asAdministrator(
      'payments',
      `insert into payments.jobs (type, idempotency_key, payload, headers, failures, parked_at, last_error)
       select 'payments.nobodys', key, '{}', '{}', 25, now(), 'down' from unnest(array['a', 'b', 'c']) key`,
    );
    const redrive = async (body?: object): Promise<unknown> =>
      (await application.ops().post('/jobs/payments/redrive').send(body).expect(200)).body;
    expect(await get('/jobs')).toMatchObject({
      items: expect.arrayContaining([
        { module: 'payments', type: 'payments.nobodys', open: 0, scheduled: 0, parked: 3 },
      ]),
      parked: [{ module: 'payments', failures: 25, error: 'down' }, {}, {}],
    });
    expect(await redrive({ type: 'payments.nobodys', idempotencyKey: 'b' })).toEqual({ redriven: 1 });
    expect(await redrive()).toEqual({ redriven: 2 });
    expect(await get('/jobs')).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ type: 'payments.nobodys', open: 3, parked: 0 }),
      ]),
      parked: [],
    });
    expect(await get('/pending-work')).toMatchObject({ quiescent: false, openJobs: 3 });
    await application.database.databases.of('payments').query('delete from jobs');
  });

  describe('shows a message as a CloudEvent', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const itemId = 'A/B & C+1';
    const price = { itemId, unitPrice: { amount: 7, currency: 'GBP' } };
    let id: string;
    const ask = (messageId: string, accept?: string) => {
      const asking = application.ops().get(`/messages/${messageId}`);
      return accept === undefined ? asking : asking.set('Accept', accept);
    };
    const read = (headers: Headers, body: unknown) =>
      HTTP.toEvent({ headers, body: JSON.stringify(body) }) as CloudEvent;

    beforeAll(async () => {
      await application
        .api()
        .put(`/prices/${encodeURIComponent(itemId)}`)
        .set({ traceparent, 'X-Correlation-Id': 'of-the-client' })
        .send({ unitPrice: price.unitPrice })
        .expect(200);
      const [row] = await application.database.databases
        .of('pricing')
        .query<{ id: string }[]>('select id from outbox where aggregateid = $1', [itemId]);
      ({ id } = row);
    });

    const attributes = () => ({
      specversion: '1.0',
      id,
      source: '/pricing',
      type: 'pricing.price-changed',
      subject: itemId,
      partitionkey: itemId,
      traceparent,
      correlationid: 'of-the-client',
      datacontenttype: 'application/json',
      sequence: expect.stringMatching(/^\d{10}\.\d{19}\.\d{19}$/),
      data: expect.objectContaining(price),
    });

    it.each([undefined, '*/*', 'application/cloudevents+json', 'application/json;q=0.5, application/*'])(
      'in structured mode where Accept is %s',
      async (accept) => {
        const { headers, body } = await ask(id, accept).expect(200);
        expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
        const event = read(headers, body);
        expect(event.validate()).toBe(true);
        expect(event.toJSON()).toMatchObject(attributes());
      },
    );

    it('in binary mode, with the data as the body, where JSON is asked for', async () => {
      const { headers, body } = await ask(id.toUpperCase(), 'application/json').expect(200);
      expect(headers).toMatchObject({ 'content-type': 'application/json', 'ce-subject': 'A/B%20&%20C+1' });
      expect(body).toMatchObject(price);
      const decoded = Object.entries(headers as Record<string, string>).map(([name, value]) => [
        name,
        name.startsWith('ce-') ? decodeURIComponent(value) : value,
      ]);
      const event = read(Object.fromEntries(decoded) as Headers, body);
      expect(event.validate()).toBe(true);
      expect(event.toJSON()).toMatchObject(attributes());
    });

    it.each([
      ['the id is none', 'x', undefined, 400, 'request.malformed'],
      ['there is none', '019a0000-0000-7000-8000-00000000ffff', undefined, 404, 'ops.message-unknown'],
      ['Accept takes neither', undefined, 'text/html', 406, 'request.not-acceptable'],
    ])('or a problem document where %s', async (_what, messageId, accept, status, code) => {
      const { type, body } = await ask(messageId ?? id, accept).expect(status);
      expect([type, body]).toMatchObject(['application/problem+json', { status, code }]);
    });
  });

  it.each<[string, string, string, object | undefined, number, string]>([
    [
      'an unknown subscription',
      'post',
      '/subscriptions/orders.nothing/pause',
      undefined,
      404,
      'ops.subscription-unknown',
    ],
    ['a name that is none', 'post', '/subscriptions/Orders%20all/pause', undefined, 400, 'request.malformed'],
    [
      'a name that no database can hold',
      'post',
      '/subscriptions/orders.a%00/redrive',
      undefined,
      400,
      'request.text-not-storable',
    ],
    [
      'a key in the query',
      'post',
      `/subscriptions/${KEEP_PRICES}/redrive?key=a`,
      undefined,
      400,
      'request.malformed',
    ],
    [
      'a key that is null',
      'post',
      `/subscriptions/${KEEP_PRICES}/redrive`,
      { key: null },
      400,
      'request.malformed',
    ],
    [
      'what pausing cannot heed',
      'post',
      `/subscriptions/${KEEP_PRICES}/pause`,
      { key: 'a' },
      400,
      'request.malformed',
    ],
    [
      'a filter that a list does not have',
      'get',
      '/deferred-messages?subscription=a',
      undefined,
      400,
      'request.malformed',
    ],
    [
      'a body that is too large',
      'post',
      '/jobs/payments/redrive',
      { type: 'x'.repeat(1_100_000) },
      413,
      'request.body-too-large',
    ],
    [
      'an empty key',
      'post',
      `/subscriptions/${KEEP_PRICES}/redrive`,
      { key: '' },
      422,
      'request.out-of-range',
    ],
    [
      'a key of another type',
      'post',
      `/subscriptions/${KEEP_PRICES}/redrive`,
      { key: 5 },
      400,
      'request.malformed',
    ],
    [
      'an unknown field',
      'post',
      `/subscriptions/${KEEP_PRICES}/redrive`,
      { subject: 'a' },
      400,
      'request.malformed',
    ],
    ['an unknown module', 'post', '/jobs/nobodys/redrive', undefined, 404, 'ops.module-unknown'],
    ['half a job', 'post', '/jobs/payments/redrive', { type: 'payments.void' }, 400, 'request.malformed'],
    ['an unknown path', 'get', '/nothing', undefined, 404, 'request.route-unknown'],
    ['another method', 'delete', '/subscriptions', undefined, 405, 'request.method-not-allowed'],
  ])('answers %s with a problem document', async (_name, method, path, body, status, code) => {
    const response = await application.ops()[method as 'get' | 'post' | 'delete'](path).send(body);
    expect([response.status, response.type]).toEqual([status, 'application/problem+json']);
    expect(response.body).toMatchObject({ status, code });
  });

  it('leads on from its front page, and shows the metrics of the process to who has the token', async () => {
    const url = application.opsUrls[0];
    const asked = (path: string) => request(url).get(path).set('Authorization', `Bearer ${TOKEN}`);
    const { body } = await asked('/ops/api').expect(200);
    for (const link of Object.keys((body as { links: object }).links))
      expect([link, (await asked(link)).status]).toEqual([link, 200]);
    expect((await asked('/metrics')).text).toMatch(/^process_cpu_seconds_total /m);
    await request(url).get('/metrics').expect(401);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])(
    'redrives nothing by a filter in %s',
    async (type) => {
      const response = await application
        .ops()
        .post(`/subscriptions/${KEEP_PRICES}/redrive`)
        .type(type)
        .send('key=PARKED-1');
      expect([response.status, response.body]).toMatchObject([
        415,
        { code: 'request.media-type-unsupported' },
      ]);
    },
  );

  it('takes no text that is no UTF-8 for a filter', async () => {
    const url = `${application.opsUrls[0]}/ops/api/subscriptions/${KEEP_PRICES}/redrive`;
    const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: Buffer.from('{"key":"Zo\xeb"}', 'latin1'),
    });
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'request.text-not-utf8' }]);
  });

  it('has the edge of the public API: correlation and security headers', async () => {
    const { headers } = await request(application.opsUrls[0])
      .get('/ops/api/hosting')
      .set({ Authorization: `Bearer ${TOKEN}`, 'X-Correlation-Id': 'an-operator' })
      .expect(200);
    expect(headers).toMatchObject({ 'x-correlation-id': 'an-operator', 'x-content-type-options': 'nosniff' });
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('answers a body that is no JSON with a problem document', async () => {
    const response = await application
      .ops()
      .post(`/subscriptions/${KEEP_PRICES}/redrive`)
      .type('json')
      .send('{"key": ');
    expect([response.status, response.type]).toEqual([400, 'application/problem+json']);
  });
});
