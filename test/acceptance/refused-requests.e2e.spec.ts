import request from 'supertest';
import { type TestApplication } from '../support/application';
import { nobody, Shop } from '../support/shop';
import { shopAtTheEdge, WELL_FORMED } from '../support/shop-at-the-edge';

describe('what the edge of the application refuses', () => {
  const edge = shopAtTheEdge();
  const { api, lines, problem } = edge;
  let application: TestApplication;
  let shop: Shop;
  let customerId: string;
  let advice: string;
  let allRoutes: string[];

  beforeAll(() => void ({ application, shop, customerId, advice, allRoutes } = edge.started()));

  describe('a bad request', () => {
    const order = () => ({ customerId, currency: 'GBP', lines: lines() });
    const post = (body: string | object, path = '/orders') =>
      api().post(path).set('Content-Type', 'application/json').send(body);
    let before: object;

    beforeAll(async () => {
      await shop.comesToRest();
      before = await shop.traces();
    });
    afterAll(async () => expect(await shop.traces()).toEqual(before));

    const malformed = async (body: object, pointer: string, code: string): Promise<void> => {
      const { body: answer } = await problem(post(body), 400, 'request.malformed');
      expect(answer.errors).toEqual([{ pointer, code, message: expect.any(String) }]);
    };

    it('has a field that nobody knows, at any depth', async () => {
      await malformed({ ...order(), discount: 5 }, '/discount', 'request.field-unknown');
      await malformed(
        { ...order(), lines: [{ ...lines()[0], unitPrice: 1 }] },
        '/lines/0/unitPrice',
        'request.field-unknown',
      );
      await problem(
        post('{"customerId":"x","currency":"GBP","lines":[],"__proto__":{"a":1}}'),
        400,
        'request.malformed',
      );
    });

    it('lacks a field, or has one of the wrong type', async () => {
      await malformed({ currency: 'GBP', lines: lines() }, '/customerId', 'request.field-missing');
      await malformed({ ...order(), lines: 'all' }, '/lines', 'request.field-type');
      await malformed(
        { ...order(), lines: [{ itemId: advice, quantity: '1' }] },
        '/lines/0/quantity',
        'request.field-type',
      );
      await malformed(
        { ...order(), lines: [{ itemId: advice, quantity: 1.5 }] },
        '/lines/0/quantity',
        'request.field-type',
      );
      await problem(post({ ...order(), lines: [null] }), 400, 'request.malformed');
      await problem(post({ ...order(), lines: [[]] }), 400, 'request.malformed');
      await problem(post({ ...order(), currency: 'pounds' }), 422, 'request.out-of-range');
    });

    it.each(['{"customerId":', '"text"', '[1', 'null x'])('is not JSON: %s', async (body) => {
      await problem(post(body), 400, 'request.body-unparsable');
    });

    it('is a list, or nothing at all', async () => {
      await problem(post('[]'), 400, 'request.malformed');
      await problem(api().post('/orders'), 400, 'request.malformed');
    });

    it('is of another media type', async () => {
      await problem(
        api().post('/orders').type('text/plain').send('hello'),
        415,
        'request.media-type-unsupported',
      );
    });

    it('is too large', async () => {
      await problem(post({ ...order(), note: 'x'.repeat(1_100_000) }), 413, 'request.body-too-large');
    });

    it('is nested too deeply', async () => {
      await problem(
        post(`{"customerId":${'['.repeat(5_000)}${']'.repeat(5_000)}}`),
        400,
        'request.body-too-deep',
      );
    });

    it('holds what no database can store', async () => {
      for (const text of ['a\\u0000b', 'a\\ud800b']) {
        await problem(post(`{"customerId":"${text}","currency":"GBP","lines":[]}`), 400, 'request.malformed');
        await problem(
          post(`{"name":"${text}","address":{"country":"France"}}`, '/customers'),
          400,
          'request.malformed',
        );
      }
      await problem(api().get('/items/A%00B'), 400, 'request.text-not-storable');
      await problem(api().get('/items?cursor=%00'), 400, 'request.text-not-storable');
    });

    it.each(['/items/%E0%A4%A', '/orders/%', '/items?cursor=%zz'])(
      'has a URL that cannot be decoded: %s',
      async (path) => {
        await problem(api().get(path), 400, 'request.url-malformed');
      },
    );

    it('names an id that none can be', async () => {
      for (const path of [
        '/orders/1',
        '/customers/x',
        "/shipments/'; drop table orders --",
        '/items/lower case',
        '/payments/null',
        '/reservations/undefined',
      ]) {
        const { status, body } = await api().get(encodeURI(path));
        expect({ path, allowed: [400, 404, 422].includes(status), code: body.code }).toEqual({
          path,
          allowed: true,
          code: expect.any(String),
        });
      }
    });

    it.each([
      '/customers',
      '/items',
      '/prices',
      '/stock',
      '/orders',
      '/shipments',
      `/orders/${nobody()}/returns`,
    ])('has a cursor of another world: %s', async (path) => {
      const cursors = [
        '%20',
        'not-ours',
        ...[[], [null], [{}], [1], ['x'], ['x', 'y'], 'text', 7].map((parts) =>
          Buffer.from(JSON.stringify(parts)).toString('base64url'),
        ),
      ];
      for (const cursor of cursors) {
        const { status } = await api().get(`${path}?cursor=${cursor}`);
        // A cursor that reads like one of this list shows a page; anything else is the client's mistake,
        // never ours.
        expect({ cursor, status, allowed: [200, 400, 404, 422].includes(status) }).toEqual({
          cursor,
          status,
          allowed: true,
        });
      }
      await problem(api().get(`${path}?cursor=not-ours`), 400, 'request.cursor-malformed');
      for (const limit of ['0', '201', '-1', 'many', '1.5', '1e3', '']) {
        const { status } = await api().get(`${path}?limit=${limit}`);
        expect({ limit, status, allowed: [400, 422].includes(status) }).toEqual({
          limit,
          status,
          allowed: true,
        });
      }
      await problem(api().get(`${path}?colour=red`), 400, 'request.malformed');
    });

    it('asks for what is not there', async () => {
      await problem(api().get('/no/such/thing'), 404, 'request.route-unknown');
      for (const path of ['orders', 'customers', 'shipments', 'payments', 'reservations', 'credit-holds']) {
        const { status, body } = await api().get(`/${path}/${nobody()}`);
        expect([path, status, body.status]).toEqual([path, 404, 404]);
      }
    });

    it('uses a method that the path does not know', async () => {
      const { headers } = await problem(api().delete('/orders'), 405, 'request.method-not-allowed');
      expect(headers.allow).toBe('GET, HEAD, POST');
      await problem(api().patch(`/orders/${nobody()}`), 405, 'request.method-not-allowed');
    });
  });

  describe('no request makes it fail', () => {
    const IDS = [
      nobody(),
      '00000000-0000-0000-0000-000000000000',
      'NO-SUCH-ITEM',
      '-1',
      'totals',
      '..%2f..',
      '%F0%9F%98%80',
      'A'.repeat(300),
      "'%20or%201=1",
    ];
    const VALUES = [
      null,
      true,
      -1,
      0,
      1.5,
      1e300,
      Number.MAX_SAFE_INTEGER,
      '',
      ' ',
      'x',
      '😀'.repeat(100),
      'x'.repeat(10_000),
      [],
      [null],
      [[]],
      {},
      { amount: 1e300, currency: '' },
    ];
    const FIELDS = [
      'name',
      'email',
      'address',
      'itemId',
      'stockTracked',
      'unitPrice',
      'quantity',
      'reason',
      'limit',
      'customerId',
      'currency',
      'lines',
      'outcome',
      'country',
      'externalReference',
      'metadata',
    ];

    /** Asks for every route that changes something, and for every one that does not. */
    const routes = (changing: boolean) =>
      allRoutes
        .map((route) => ({
          route,
          method: route.split(' ')[0] as 'get' | 'post' | 'put' | 'patch' | 'delete',
          path: route.split(' ')[1],
        }))
        .filter(({ method }) => (method === 'get') !== changing);
    const ask = async (
      method: 'get' | 'post' | 'put' | 'patch' | 'delete',
      path: string,
      body?: object,
    ): Promise<string[]> => {
      const { status, text } = await api()[method](path).send(body);
      return status < 500
        ? []
        : [`${method} ${path} ${JSON.stringify(body)?.slice(0, 200)}: ${status} ${text}`];
    };
    const withId = (path: string, id: string): string => path.replace(/\{\w+\}/, id);

    it('whatever ids it names', async () => {
      const failures: string[] = [];
      for (const changing of [false, true]) {
        for (const { route, method, path } of routes(changing)) {
          for (const id of path.includes('{') ? IDS : [''])
            failures.push(
              ...(await ask(method, withId(path, id), changing ? WELL_FORMED[route] : undefined)),
            );
        }
      }
      expect(failures).toEqual([]);
    });

    it('whatever its body says', async () => {
      const failures: string[] = [];
      for (const { route, method, path } of routes(true)) {
        const target = withId(
          path,
          path.includes('itemId') ? advice : path.includes('customerId') ? customerId : nobody(),
        );
        const base = WELL_FORMED[route] ?? {};
        const fields = FIELDS.filter((field) => field in base);
        for (const field of fields) {
          for (const value of VALUES)
            failures.push(...(await ask(method, target, { ...base, [field]: value })));
        }
      }
      expect(failures).toEqual([]);
    });

    it('whatever its query says', async () => {
      const failures: string[] = [];
      for (const { method, path } of routes(false).filter((route) => !route.path.includes('{'))) {
        const own = ['placedFrom', 'placedTo', 'sort', 'count', 'externalReference'];
        for (const name of [
          'limit',
          'cursor',
          'customerId',
          'orderId',
          'state',
          'state[]',
          'limit[a]',
          '__proto__[x]',
          'prototype',
          ...own,
        ]) {
          const values = ['', '1', 'x', '😀', '9'.repeat(40), nobody()];
          const asked = values.map((value) => ask(method, `${path}?${name}=${encodeURIComponent(value)}`));
          failures.push(...(await Promise.all(asked)).flat());
        }
        failures.push(...(await ask(method, `${path}?state=completed&state=rejected&limit=1&limit=2`)));
      }
      expect(failures).toEqual([]);
    });
  });

  it('does nothing for a page of another site, on neither port', async () => {
    const ports: [string, () => request.Test][] = [
      [
        'the API',
        () => api().post('/items').send({ itemId: 'FROM-A-PAGE', name: 'Evil', stockTracked: true }),
      ],
      [
        "the operator's",
        () => request(application.opsUrls[0]).post('/ops/api/subscriptions/orders.keep-prices/pause'),
      ],
    ];
    for (const [port, ask] of ports) {
      for (const [name, value, status] of [
        ['Origin', 'https://evil.example', 403],
        ['Sec-Fetch-Site', 'cross-site', 403],
        ['Host', 'evil.example:3001', 421],
      ] as const) {
        const answer = await ask().set(name, value);
        expect([port, name, answer.status, answer.type]).toEqual([
          port,
          name,
          status,
          'application/problem+json',
        ]);
      }
    }
    await api().get('/items/FROM-A-PAGE').expect(404);
    const { body } = await application.ops().get('/subscriptions').expect(200);
    expect((body as { items: { paused: boolean }[] }).items.filter(({ paused }) => paused)).toEqual([]);
  });
});
