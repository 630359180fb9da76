import request from 'supertest';
import { type TestApplication } from '../support/application';
import { type ApiDocument, DescribedApi } from '../support/described-api';
import { eventually } from '../support/eventually';
import { moduleNames } from '../support/modules';
import { gbp, nobody, Shop } from '../support/shop';
import { shopAtTheEdge, WELL_FORMED } from '../support/shop-at-the-edge';

/** What is listed and not played here, and why. */
const NOT_PLAYED = new Map([
  ['default', 'no status of its own'],
  ['408', 'of a connection that is too slow, which has tests of its own'],
  ['431', 'of a connection, which has tests of its own'],
  ['500', 'a mistake of ours'],
  ['503', 'a part that fails, which the fault suite breaks'],
  ['504', 'a process that is silent, as tests of forwarding have it'],
  ['508', 'a circle of processes'],
  ['receiveStock 409', 'only while a request with the same key is worked on'],
  ['adjustStock 409', 'only while a request with the same key is worked on'],
  ['showCreditTotals 422', 'amounts beyond what a number holds'],
  ['showPaymentTotals 422', 'amounts beyond what a number holds'],
]);

/** The first part of a route's path. */
const resourceOf = (route: string): string => route.split('/')[1];

describe('the edge of the application', () => {
  const edge = shopAtTheEdge();
  const { api, lines, newKey, problem } = edge;
  let application: TestApplication;
  let shop: Shop;
  let customerId: string;
  let advice: string;
  let allRoutes: string[];

  beforeAll(() => void ({ application, shop, customerId, advice, allRoutes } = edge.started()));

  describe('an Idempotency-Key', () => {
    it('gets the first answer again, and nothing is done twice', async () => {
      const key = newKey();
      const first = await shop.place(customerId, lines()).set('Idempotency-Key', key).expect(202);
      await shop.reaches(first.body.orderId, 'completed');
      const before = await shop.traces();

      const again = await shop.place(customerId, lines()).set('Idempotency-Key', key).expect(202);

      expect(again.text).toBe(first.text);
      expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([
        undefined,
        'true',
      ]);
      expect(again.headers.location).toBe(first.headers.location);
      expect(await shop.traces()).toEqual(before);
    });

    it('does not count Prefer as part of the request', async () => {
      const key = newKey();
      const first = await shop.place(customerId, lines()).set('Idempotency-Key', key).expect(202);
      const { body } = await shop
        .place(customerId, lines())
        .set('Idempotency-Key', key)
        .set('Prefer', 'wait=20')
        .expect(202);
      expect(body).toMatchObject({ orderId: first.body.orderId, state: 'completed' });
    });

    it('gets an answer that waited, or showed a moment, as it was', async () => {
      const orderId = await shop.placed(customerId, { itemId: await shop.goods(100), quantity: 1 });
      await shop.reaches(orderId, 'awaiting-dispatch');
      const key = newKey();
      const cancel = () =>
        api().post(`/orders/${orderId}/cancellation`).set('Idempotency-Key', key).expect(202);
      const first = await cancel();
      await shop.reaches(orderId, 'cancelled');
      const again = await cancel();
      expect([again.text, again.headers.etag]).toEqual([first.text, first.headers.etag]);
      expect(again.headers['idempotency-replayed']).toBe('true');
    });

    it('is refused for another body', async () => {
      const key = newKey();
      await shop.place(customerId, lines()).set('Idempotency-Key', key).expect(202);
      await shop.comesToRest();
      const before = await shop.traces();
      await problem(
        shop.place(customerId, lines(2)).set('Idempotency-Key', key),
        422,
        'idempotency.key-reused',
      );
      expect(await shop.traces()).toEqual(before);
    });

    it('has one effect, however many use it at the same moment', async () => {
      const { orders } = await shop.traces();
      const key = newKey();
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => shop.place(customerId, lines()).set('Idempotency-Key', key)),
      );
      const accepted = answers.filter(({ status }) => status === 202);
      const tooEarly = answers.filter(({ status }) => status === 409);
      expect(accepted.length + tooEarly.length).toBe(12);
      expect(new Set(accepted.map(({ body }) => body.orderId)).size).toBe(1);
      expect(tooEarly.map(({ headers }) => headers['retry-after'])).toEqual(tooEarly.map(() => '1'));
      expect(tooEarly.map(({ body }) => body.code)).toEqual(tooEarly.map(() => 'idempotency.in-flight'));
      expect((await shop.traces()).orders).toBe(orders + 1);
    });

    it('is left free by a refused request', async () => {
      const key = newKey();
      await problem(
        shop.place(nobody(), lines()).set('Idempotency-Key', key),
        422,
        'orders.customer-unknown',
      );
      await shop.place(customerId, lines()).set('Idempotency-Key', key).expect(202);
    });

    it('belongs to one route', async () => {
      const key = newKey();
      const { body } = await shop
        .place(customerId, lines())
        .set('Idempotency-Key', key)
        .set('Prefer', 'wait=20')
        .expect(202);
      await shop
        .giveBack(body.orderId, { itemId: advice, quantity: 1 })
        .set('Idempotency-Key', key)
        .expect(201);
    });

    it('makes a receipt of stock happen once', async () => {
      const mug = await shop.goods(100, 0);
      const key = newKey();
      const receive = () =>
        api().post(`/stock/${mug}/receipts`).set('Idempotency-Key', key).send({ quantity: 5 });
      await receive().expect(201);
      await receive().expect(201);
      expect(await shop.stock(mug)).toMatchObject({ onHand: 5 });
    });

    it('is forgotten after a day', async () => {
      const key = newKey();
      const first = await shop.place(customerId, lines()).set('Idempotency-Key', key).expect(202);
      await shop.reaches(first.body.orderId, 'completed');
      await application.clock.moveMinutes(24 * 60 + 1);
      const second = await shop.place(customerId, lines()).set('Idempotency-Key', key).expect(202);
      expect(second.body.orderId).not.toBe(first.body.orderId);
    });

    it.each(['with space', 'x'.repeat(256)])('is refused when it is malformed', async (key) => {
      await problem(
        shop.place(customerId, lines()).set('Idempotency-Key', key),
        400,
        'request.idempotency-key-malformed',
      );
    });
  });

  describe('If-Match', () => {
    it.each([
      [
        'a customer',
        async () => ({
          path: `/customers/${await shop.customer()}`,
          change: (path: string) => api().put(`${path}/address`).send({ country: 'Spain' }),
        }),
      ],
      [
        'an item',
        async () => ({
          path: `/items/${await shop.item(true)}`,
          change: (path: string) => api().patch(path).send({ name: 'New' }),
        }),
      ],
      [
        'a price',
        async () => ({
          path: `/prices/${await shop.service(10)}`,
          change: (path: string) =>
            api()
              .put(path)
              .send({ unitPrice: gbp(11) }),
        }),
      ],
      [
        'a credit limit',
        async () => ({
          path: `/credit-accounts/${await shop.customer(10)}`,
          change: (path: string) =>
            api()
              .put(path)
              .send({ limit: gbp(11) }),
        }),
      ],
    ])('keeps %s from being changed by who has not seen its last change', async (_what, make) => {
      const { path, change } = await make();
      const { etag } = (await api().get(path).expect(200)).headers;
      expect(etag).toMatch(/^"[1-9]\d*"$/);
      const changed = await change(path).set('If-Match', etag);
      expect([200, 204]).toContain(changed.status);
      expect((await api().get(path).expect(200)).headers.etag).not.toBe(etag);
      const refusal = await change(path).set('If-Match', etag).expect(412);
      expect(refusal.body).toMatchObject({ status: 412, code: expect.stringContaining('.') });
      await problem(change(path).set('If-Match', '3'), 400, 'request.if-match-malformed');
      await problem(change(path).set('If-Match', '"of-another-world"'), 412, 'request.version-not-current');
    });

    it('keeps a parcel from being dispatched by who has not seen it', async () => {
      const orderId = await shop.placed(customerId, { itemId: await shop.goods(100), quantity: 1 });
      await shop.reaches(orderId, 'awaiting-dispatch');
      const shipmentId = await shop.dispatch(orderId);
      await api()
        .post(`/shipments/${shipmentId}/delivery`)
        .set('If-Match', '"1"')
        .send({ outcome: 'delivered' })
        .expect(412);
      await shop.report(shipmentId, 'delivered');
      await shop.reaches(orderId, 'completed');
    });
  });

  it('encodes ids in paths: an item may be called like a path', async () => {
    const itemId = 'A/B & C+1';
    await api().post('/items').send({ itemId, name: 'Odd', stockTracked: true }).expect(201);
    const path = encodeURIComponent(itemId);
    const added = await api().get(`/items/${path}`).expect(200);
    expect(added.body).toMatchObject({ itemId });
    await api()
      .put(`/prices/${path}`)
      .send({ unitPrice: gbp(5) })
      .expect(200);
    await api().post(`/stock/${path}/receipts`).send({ quantity: 3 }).expect(201);
    expect(await shop.stock(path)).toMatchObject({ itemId, onHand: 3 });
    await shop.complete(await shop.placed(customerId, { itemId, quantity: 3 }));
    await eventually(async () => expect(await shop.stock(path)).toMatchObject({ onHand: 0 }));
  });

  it('pages through a list without leaving out or repeating anything', async () => {
    const page = (cursor?: string) =>
      shop.see<{ items: { customerId: string }[]; nextCursor?: string }>(
        `/customers?limit=2${cursor ? `&cursor=${cursor}` : ''}`,
      );
    for (let more = 0; more < 3; more += 1) await shop.customer();
    const seen: string[] = [];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const { items, nextCursor } = await page(cursor);
      seen.push(...items.map((item) => item.customerId));
      cursor = nextCursor;
    }
    expect(seen).toHaveLength(new Set(seen).size);
    const { items } = await shop.see<{ items: unknown[] }>('/customers?limit=200');
    expect(seen).toHaveLength(items.length);
  });

  it('does not take an item for a page of totals that is called like it', async () => {
    await api().post('/items').send({ itemId: 'TOTALS', name: 'Sums', stockTracked: true }).expect(201);
    await api().post('/stock/TOTALS/receipts').send({ quantity: 3 }).expect(201);
    expect(await shop.stock('TOTALS')).toMatchObject({ itemId: 'TOTALS', onHand: 3 });
    expect(await shop.see('/stock/totals')).not.toHaveProperty('itemId');
    await problem(api().get('/Stock/TOTALS'), 404, 'request.route-unknown');
  });

  it('takes a correlation id over, and says how it protects browsers', async () => {
    const { headers } = await api()
      .get('/health/live')
      .set('X-Correlation-Id', 'from-the-client')
      .expect(200);
    expect(headers).toMatchObject({
      'x-correlation-id': 'from-the-client',
      'x-content-type-options': 'nosniff',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('tells how it is', async () => {
    expect(await shop.see('/health/live')).toEqual({ status: 'live' });
    for (const { url, modules } of application.processes) {
      const ready = {
        status: 'ready',
        databases: Object.fromEntries(modules.map((module) => [module, 'up'])),
      };
      await eventually(() => request(url).get('/health/ready').expect(200, ready));
    }
    expect([...new Set(application.processes.flatMap(({ modules }) => modules))].sort()).toEqual(
      [...moduleNames].sort(),
    );
    for (const opsUrl of application.opsUrls) {
      const { text, headers } = await request(opsUrl).get('/metrics').expect(200);
      expect(headers['content-type']).toMatch(/^text\/plain/);
      expect(text).toMatch(/^process_cpu_seconds_total /m);
      expect(text).not.toContain(customerId);
    }
    await problem(api().get('/metrics'), 404, 'request.route-unknown');
  });

  describe('the OpenAPI document', () => {
    let document: ApiDocument;

    beforeAll(async () => {
      document = await shop.see('/openapi.json');
    });

    it('lists every route that there is, and no other', () => {
      const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
        Object.keys(operations).map((method) => `${method} ${path}`),
      );
      expect(listed.sort()).toEqual(allRoutes);
      expect(listed).toEqual(
        expect.arrayContaining([
          'post /orders',
          'get /orders/{orderId}/events',
          'get /stock/totals',
          'get /health/ready',
        ]),
      );
    });

    it('is of version 3.1, resolves all its references and says of each operation what it takes and answers', () => {
      expect(document.openapi).toBe('3.1.0');
      const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
        ([, reference]) => reference,
      );
      expect(references.length).toBeGreaterThan(0);
      for (const reference of new Set(references)) {
        const target = reference
          .replace(/^#\//, '')
          .split('/')
          .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
        expect([reference, typeof target]).toEqual([reference, 'object']);
      }
      const ids = new Set<string>();
      for (const [path, operations] of Object.entries(document.paths)) {
        for (const operation of Object.values(operations)) {
          expect(Object.keys(operation.responses)).toEqual(
            expect.arrayContaining([expect.stringMatching(/^2\d\d$/), 'default']),
          );
          const declared = (operation.parameters ?? [])
            .filter((parameter) => parameter.in === 'path')
            .map(({ name }) => name);
          expect([path, declared.sort()]).toEqual([
            path,
            [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort(),
          ]);
          ids.add(operation.operationId);
        }
      }
      expect(ids.size).toBe(allRoutes.length);
      // A name of its own: one made of a class's would change with it.
      for (const id of ids) expect(id).toMatch(/^[a-z]+([A-Z][a-z]+)*$/);
      expect(JSON.stringify(document)).not.toContain('"nullable"');
      expect(document.servers).toEqual([expect.objectContaining({ url: '/' })]);
    });

    describe('is true of every operation', () => {
      type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
      interface Asked {
        body?: object | string;
        headers?: Record<string, string>;
        query?: string;
      }
      let described: DescribedApi;
      const tried = new Set<string>();
      beforeAll(() => (described = new DescribedApi(document)));

      /** Asks, and compares the answer with the document. */
      async function call(
        route: string,
        id = '',
        { body, headers = {}, query = '' }: Asked = {},
      ): Promise<request.Response> {
        const [method, template] = route.split(' ') as [Method, string];
        const url = template.replace(/\{\w+\}/, encodeURIComponent(id)) + query;
        const agent = api();
        const asking = agent[method](url).set(headers);
        const answer = await (body === undefined ? asking : asking.send(body));
        const differences = described.differences(method, template, answer);
        expect({ route, status: answer.status, differences }).toEqual({
          route,
          status: answer.status,
          differences: [],
        });
        if (answer.status < 300) tried.add(route);
        return answer;
      }

      it('where it does what is asked', async () => {
        const wait = { Prefer: 'wait=1' };
        const registered = await call('post /customers', '', {
          body: {
            name: 'Ada',
            email: 'ada@example.com',
            address: { country: 'France' },
            externalReference: 'CRM-1',
            metadata: { a: 'b' },
          },
        });
        const again = await call('post /customers', '', {
          body: { name: 'Bob', address: { country: 'France' }, externalReference: 'CRM-1' },
        });
        expect(again).toMatchObject({ status: 409, body: { code: 'customers.reference-taken' } });
        const customer = (registered.body as { customerId: string }).customerId;
        await call('put /customers/{customerId}/address', customer, {
          body: { country: 'Spain', line1: 'Calle 1' },
        });
        await call('get /customers/{customerId}', customer);
        await call('get /customers', '', { query: '?limit=1' });
        await call('get /customers', '', { query: '?externalReference=CRM-1' });

        const item = { itemId: 'DESCRIBED', name: 'Described', stockTracked: true };
        await call('post /items', '', { body: item, headers: { 'Idempotency-Key': newKey() } });
        await call('post /items', '', { body: { ...item, itemId: 'UNWANTED' } });
        await call('patch /items/{itemId}', item.itemId, { body: { name: 'Described well' } });
        await call('get /items/{itemId}', item.itemId);
        await call('get /items', '', { query: '?limit=1' });
        await call('delete /items/{itemId}', 'UNWANTED');
        await call('put /prices/{itemId}', item.itemId, { body: { unitPrice: gbp(100) } });
        await call('get /prices/{itemId}', item.itemId);
        await call('get /prices', '', { query: '?limit=1' });
        await call('post /stock/{itemId}/receipts', item.itemId, { body: { quantity: 9 } });
        await call('post /stock/{itemId}/adjustments', item.itemId, {
          body: { quantity: -1, reason: 'damaged' },
        });
        await call('get /stock/{itemId}', item.itemId);
        await call('get /stock', '', { query: '?limit=1' });
        await call('put /credit-accounts/{customerId}', customer, { body: { limit: gbp(10_000) } });

        const body = { customerId: customer, currency: 'GBP', lines: [{ itemId: item.itemId, quantity: 2 }] };
        const key = { 'Idempotency-Key': newKey() };
        const labelled = { ...body, externalReference: 'WEB-1', metadata: { channel: 'web' } };
        const { orderId } = (await call('post /orders', '', { body: labelled, headers: key })).body as {
          orderId: string;
        };
        await call('post /orders', '', { body: labelled, headers: key });
        const twin = await call('post /orders', '', { body: labelled });
        expect(twin).toMatchObject({
          status: 409,
          body: { code: 'orders.reference-taken', existing: { id: orderId } },
        });
        const other = (await call('post /orders', '', { body, headers: wait })).body as { orderId: string };
        await shop.reaches(other.orderId, 'awaiting-dispatch');
        await call('post /orders/{orderId}/cancellation', other.orderId, { headers: wait });
        await shop.reaches(orderId, 'awaiting-dispatch');
        const parcel = await shop.parcel(orderId);
        for (const route of [
          'get /reservations/{orderId}',
          'get /credit-holds/{orderId}',
          'get /payments/{orderId}',
        ])
          await call(route, orderId);
        await call('get /shipments/{shipmentId}', parcel);
        await call('post /shipments/{shipmentId}/dispatch', parcel);
        await call('post /shipments/{shipmentId}/delivery', parcel, { body: { outcome: 'delivered' } });
        await shop.reaches(orderId, 'completed');
        await shop.reaches(other.orderId, 'cancelled');
        const astray = ((await call('post /orders', '', { body })).body as { orderId: string }).orderId;
        const gone = await shop.dispatch(astray);
        for (const what of ['refusal', 'loss', 'return'])
          await call(`post /shipments/{shipmentId}/${what}`, gone);
        await call('get /shipments/{shipmentId}', gone);
        await shop.reaches(astray, 'cancelled');
        await call('get /reservations/{orderId}', astray);
        await call('post /orders/{orderId}/returns', orderId, {
          body: { lines: [{ itemId: item.itemId, quantity: 1 }] },
        });
        await call('get /orders/{orderId}', orderId, { headers: wait });
        await call('get /orders/{orderId}/returns', orderId);
        await call('get /orders/{orderId}/events', orderId);
        await call('get /orders/{orderId}/events', orderId, { headers: { 'Last-Event-ID': '99' } });
        await shop.comesToRest();
        // A shipment that was cancelled before it was asked for has no address; these show whatever others
        // have left.
        for (const route of ['get /shipments', 'get /orders']) await call(route, '', { query: '?limit=200' });
        const filters = `?customerId=${customer}&state=completed&state=cancelled&placedFrom=2020-01-01&placedTo=2100-01-01T00:00:00Z&sort=placedAt`;
        const page = (await call('get /orders', '', { query: `${filters}&count=true&limit=1` })).body as {
          items: object[];
          nextCursor: string;
        };
        expect(page).toMatchObject({
          items: [{ orderId, externalReference: 'WEB-1' }],
          count: { orders: 3, exact: true },
        });
        const rest = await call('get /orders', '', { query: `${filters}&cursor=${page.nextCursor}` });
        expect(rest.body).toEqual({
          items: [other.orderId, astray].map((each) => expect.objectContaining({ orderId: each })),
        });
        const elsewhere = await call('get /orders', '', { query: `?cursor=${page.nextCursor}` });
        expect(elsewhere).toMatchObject({ status: 400, body: { code: 'request.cursor-of-another-list' } });
        for (const route of [
          'get /reservations/{orderId}',
          'get /credit-holds/{orderId}',
          'get /payments/{orderId}',
        ])
          await call(route, orderId);
        await call('get /credit-accounts/{customerId}', customer);
        const alone = allRoutes.filter((route) => /^get [^{]+$/.test(route) && !tried.has(route));
        const played = new Set([...tried].map(resourceOf));
        for (const route of alone) await call(route);
        // Of a resource that is played here, every operation; one that a module of one's own adds may be
        // played here, too.
        expect([...tried].filter((route) => played.has(resourceOf(route))).sort()).toEqual(
          allRoutes.filter((route) => played.has(resourceOf(route))),
        );
      });

      it('where a state, a version or a twin stands in the way', async () => {
        const keyed = () => ({ 'Idempotency-Key': newKey() });
        const stale = { headers: { 'If-Match': '"12345"' } };
        const refused = async (status: number, route: string, id: string, asked?: Asked): Promise<void> =>
          expect([route, (await call(route, id, asked)).status]).toEqual([route, status]);

        const item = { itemId: 'TAKEN', name: 'Taken', stockTracked: true };
        let headers = keyed();
        await call('post /items', '', { body: item, headers });
        await refused(422, 'post /items', '', { body: { ...item, name: 'Another' }, headers });
        await refused(409, 'post /items', '', { body: item });
        await refused(412, 'delete /items/{itemId}', item.itemId, stale);
        await refused(422, 'patch /items/{itemId}', item.itemId, { body: { name: '' } });
        await call('delete /items/{itemId}', item.itemId);
        await refused(409, 'patch /items/{itemId}', item.itemId, { body: { name: 'Back' } });
        await refused(422, 'put /prices/{itemId}', item.itemId, { body: { unitPrice: gbp(0) } });

        const somebody = { name: 'Cy', address: { country: 'France' } };
        await refused(422, 'post /customers', '', { body: { ...somebody, name: '' } });
        const country = { body: { country: 'x'.repeat(61) } };
        await refused(422, 'put /customers/{customerId}/address', customerId, country);
        await refused(422, 'put /credit-accounts/{customerId}', customerId, { body: { limit: gbp(-1) } });

        const itemId = await shop.goods(100);
        await refused(422, 'post /stock/{itemId}/receipts', itemId, { body: { quantity: 0 } });
        const lost = { quantity: -1_000, reason: 'lost' };
        await refused(422, 'post /stock/{itemId}/adjustments', itemId, { body: lost });

        const line = { itemId, quantity: 1 };
        const [one, two] = [await shop.placed(customerId, line), await shop.placed(customerId, line)];
        const [parcel, other] = [await shop.parcel(one), await shop.parcel(two)];
        const cursor = Buffer.from('["no key"]').toString('base64url');
        const lists = allRoutes.filter((route) =>
          document.paths[route.split(' ')[1]].get?.parameters?.some(({ name }) => name === 'cursor'),
        );
        expect(lists.length).toBeGreaterThan(5);
        for (const route of lists.filter((each) => each.startsWith('get')))
          await refused(422, route, one, { query: `?cursor=${cursor}` });

        const ship = 'post /shipments/{shipmentId}';
        for (const what of ['dispatch', 'refusal', 'return', 'loss'])
          await refused(412, `${ship}/${what}`, other, stale);
        for (const what of ['delivery', 'refusal', 'return', 'loss'])
          await refused(409, `${ship}/${what}`, other, { body: WELL_FORMED[`${ship}/${what}`] });
        await refused(409, 'post /orders/{orderId}/returns', one, { body: { lines: [line] } });
        await tooManyStreams(one);
        for (const what of ['dispatch', 'refusal', 'loss', 'return']) {
          headers = keyed();
          await call(`${ship}/${what}`, parcel, { headers });
          await refused(422, `${ship}/${what}`, other, { headers });
        }
        headers = keyed();
        await call('post /orders/{orderId}/cancellation', two, { headers });
        await refused(422, 'post /orders/{orderId}/cancellation', one, { headers });
        await shop.reaches(two, 'cancelled');
        await eventually(() => refused(409, `${ship}/dispatch`, other));

        const done = await shop.placed(customerId, { itemId: advice, quantity: 2 });
        await shop.reaches(done, 'completed');
        await refused(409, 'post /orders/{orderId}/cancellation', done);
        const back = { lines: [{ itemId: advice, quantity: 9 }] };
        await refused(422, 'post /orders/{orderId}/returns', done, { body: back });
        const third = await shop.placed(customerId, line);
        const delivered = await shop.dispatch(third);
        headers = keyed();
        const body = { outcome: 'delivered' };
        await call(`${ship}/delivery`, delivered, { body, headers });
        await refused(422, `${ship}/delivery`, other, { body, headers });
        await shop.reaches(third, 'completed');
      });

      /** One client has as many streams of an order open as it may. */
      async function tooManyStreams(orderId: string): Promise<void> {
        const end = new AbortController();
        const path = `/orders/${orderId}/events`;
        const open = Array.from({ length: 50 }, () =>
          fetch(`${application.url}${path}`, { signal: end.signal }),
        );
        await Promise.all(open);
        const agent = application.answers.noting(request(application.url));
        expect((await agent.get(path)).status).toBe(429);
        end.abort();
      }

      it('where its edge refuses it before any route is asked', async () => {
        const large = { note: 'x'.repeat(1_100_000) };
        for (const route of allRoutes) {
          const refusals: [number, Asked][] = [
            [403, { headers: { Origin: 'https://evil.example' } }],
            [421, { headers: { Host: 'evil.example' } }],
            [415, { body: 'hello', headers: { 'Content-Type': 'text/plain' } }],
            [413, { body: large }],
          ];
          for (const [status, asked] of refusals)
            expect([route, (await call(route, nobody(), asked)).status]).toEqual([route, status]);
        }
      });

      it('where it refuses', async () => {
        for (const route of allRoutes) {
          const body = WELL_FORMED[route];
          expect((await call(route, nobody(), { body, query: '?surely=unknown' })).status).toBe(400);
          for (const id of route.includes('{') ? [nobody(), 'no id', 'NO-SUCH-THING'] : [])
            await call(route, id, { body });
          if (route.startsWith('get')) continue;
          await call(route, nobody(), { body: { surely: 'unknown' } });
          await call(route, nobody(), { body, headers: { 'If-Match': '"12345"' } });
          await call(route, nobody(), { body: 'hello', headers: { 'Content-Type': 'text/plain' } });
          await call(route, nobody(), { body, headers: { Origin: 'https://evil.example' } });
        }
      });
    });

    it('lists no status that nothing here was answered with', async () => {
      const seen = await application.answers.seen();
      const unseen = Object.values(document.paths).flatMap((item) =>
        Object.values(item).flatMap(({ operationId, responses }) =>
          Object.keys(responses)
            .filter((status) => !NOT_PLAYED.has(status) && !seen.get(operationId)?.has(Number(status)))
            .map((status) => `${operationId} ${status}`),
        ),
      );
      expect(unseen.filter((answer) => !NOT_PLAYED.has(answer))).toEqual([]);
    });

    it('can be read and tried on a page', async () => {
      const { text } = await api().get('/docs').redirects(1).expect(200);
      expect(text).toContain('Seamline API');
    });
  });
});
