import { QueryBus } from '@nestjs/cqrs';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { escapeLiteral } from 'pg';
import request from 'supertest';
import { v7 as uuidv7 } from 'uuid';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { statementsDuring } from '../../../test/support/statements';
import { boundedContextsOf } from '../../platform/hosting/bounded-contexts';
import { readSettings, type Settings } from '../../platform/config/settings';
import { UnitOfWork } from '../../platform/unit-of-work/unit-of-work';
import { Refusal } from '../../platform/domain/refusal';
import { configureHttp } from '../../platform/http/configure-http';
import { PlatformModule } from '../../platform/start/platform.module';
import { ItemAdded } from '../catalog/contracts/item-added.event';
import { ItemWithdrawn } from '../catalog/contracts/item-withdrawn.event';
import { FindItems } from '../catalog/contracts/find-items.query';
import { FindCustomer } from '../customers/contracts/find-customer.query';
import { PriceChanged } from '../pricing/contracts/price-changed.event';
import { QuotePrices } from '../pricing/contracts/quote-prices.query';
import { AgreedPrice, PlaceOrder, RequestedLine } from './contracts/place-order.command';
import { OrderFulfilment } from './fulfilment/order-fulfilment';
import type { Order } from './domain/order';
import type { OrderState } from './domain/order-state';
import { OrdersModule } from './orders.module';
import { countStatement, MOST_COUNTED, ORDER_SORTS, type OrderFilter, pageStatement } from './list-orders/order-list';
import { OrderRepository } from './persistence/order.repository';
import { PlaceOrderHandler } from './place-order/place-order.handler';
import { KeepItemsWhenCatalogChanges } from './reactions/keep-items-when-catalog-changes';
import { KeepPricesWhenPriceChanges } from './reactions/keep-prices-when-price-changes';

const MODULE = 'orders';
const at = new Date('2026-01-01T12:00:00Z');
const gbp = (amount: number) => ({ amount, currency: 'GBP' });

describe('orders', () => {
  let database: TestDatabase;
  let app: NestExpressApplication;
  let work: UnitOfWork;
  let settings: Settings;
  const requestCancellation = jest.fn<Promise<void>, [string]>();
  const customerId = uuidv7();

  /** What the owners would answer, and what they were asked. */
  const owners = { items: new Map<string, boolean>(), prices: new Map<string, number>(), asked: [] as object[] };
  const answer = async (query: object): Promise<unknown> => {
    owners.asked.push(query);
    if (query instanceof FindCustomer) return query.customerId === customerId ? { customerId, country: 'France', version: 1 } : null;
    if (query instanceof FindItems) {
      return query.itemIds.flatMap((itemId) =>
        owners.items.has(itemId) ? [{ itemId, name: itemId, stockTracked: owners.items.get(itemId), withdrawn: false }] : [],
      );
    }
    if (query instanceof QuotePrices)
      return query.itemIds.flatMap((itemId) =>
        owners.prices.has(itemId) ? [{ itemId, unitPrice: gbp(owners.prices.get(itemId) ?? 0) }] : [],
      );
    throw new Error('Nobody answers this.');
  };

  beforeAll(async () => {
    database = await openTestDatabase([MODULE, 'catalog', 'pricing']);
    settings = readSettings({ TRUST_AGREED_PRICES: 'true' }, boundedContextsOf(OrdersModule));
    const testing = await Test.createTestingModule({ imports: [PlatformModule.forRoot(settings, database.databases), OrdersModule] })
      .overrideProvider(OrderFulfilment)
      .useValue({ requestCancellation })
      .compile();
    app = testing.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
    configureHttp(app, settings);
    await app.init();
    work = app.get(UnitOfWork);
    jest.spyOn(app.get(QueryBus), 'execute').mockImplementation(answer);

    await inside(async () => {
      const items = app.get(KeepItemsWhenCatalogChanges);
      const prices = app.get(KeepPricesWhenPriceChanges);
      for (const [itemId, stockTracked, price] of [
        ['MUG', true, 300],
        ['POST', false, 1800],
        ['OLD', true, 5],
      ] as const) {
        await items.handle(new ItemAdded({ itemId, name: itemId, stockTracked }));
        await prices.handle(new PriceChanged({ itemId, unitPrice: gbp(price) }));
      }
      await items.handle(new ItemWithdrawn({ itemId: 'OLD' }));
    });
  });

  beforeEach(() => {
    owners.asked = [];
    requestCancellation.mockReset().mockResolvedValue(undefined);
  });

  afterAll(async () => {
    await app?.close();
    await database?.close();
  });

  const inside = <T>(task: () => Promise<T>): Promise<T> => work.run(MODULE, task);
  const http = () => request(app.getHttpServer());
  const place = (lines: object[], more: object = {}) =>
    http()
      .post('/orders')
      .send({ customerId, currency: 'GBP', lines, ...more });
  const placed = async (...lines: object[]): Promise<string> => (await place(lines).expect(202)).body.orderId as string;
  const change = (orderId: string, decide: (order: Order) => void): Promise<void> =>
    inside(async () => {
      const repository = app.get(OrderRepository);
      const order = await repository.lock(orderId);
      if (!order) throw new Error('There is no such order.');
      decide(order);
      await repository.save(order);
    });
  const advance = (orderId: string, state: OrderState): Promise<void> => inside(() => app.get(OrderRepository).advance(orderId, state, at));
  const logOf = (orderId: string): Promise<{ type: string; key_version: string; payload: Record<string, unknown> }[]> =>
    database.databases.of(MODULE).query('select type, key_version, payload from outbox where aggregateid = $1 order by seq', [orderId]);
  const count = async (table: string): Promise<number> => {
    const [{ rows }] = await database.databases.of(MODULE).query(`select count(*)::int as rows from ${table}`);
    return rows as number;
  };

  describe('placing an order', () => {
    it('keeps it and tells others, with what counts at this moment', async () => {
      const { body, headers } = await place([
        { itemId: 'MUG', quantity: 2, agreedUnitPrice: gbp(255) },
        { itemId: 'POST', quantity: 1 },
      ]).expect(202);

      expect(body).toEqual({ orderId: expect.any(String), state: 'placed', externalReference: null, metadata: {} });
      expect(headers.location).toBe(`/orders/${body.orderId}`);
      expect(await logOf(body.orderId)).toEqual([
        {
          type: 'orders.order-placed',
          key_version: '1',
          payload: {
            orderId: body.orderId,
            customerId,
            total: gbp(2310),
            lines: [
              { itemId: 'MUG', quantity: 2, unitPrice: 255, stockTracked: true },
              { itemId: 'POST', quantity: 1, unitPrice: 1800, stockTracked: false },
            ],
          },
        },
      ]);
      expect(owners.asked).toEqual([new FindCustomer({ customerId })]);

      const shown = await http().get(`/orders/${body.orderId}`).expect(200);
      expect(shown.headers.etag).toBe('"2"');
      expect(shown.body).toEqual({
        orderId: body.orderId,
        customerId,
        state: 'placed',
        total: gbp(2310),
        placedAt: expect.any(String),
        externalReference: null,
        metadata: {},
        lines: [
          { itemId: 'MUG', quantity: 2, unitPrice: gbp(255), stockTracked: true, returned: 0 },
          { itemId: 'POST', quantity: 1, unitPrice: gbp(1800), stockTracked: false, returned: 0 },
        ],
        history: [{ state: 'placed', at: expect.any(String) }],
      });
    });

    it('asks the owners about what the copies lack, and keeps nothing of it', async () => {
      owners.items.set('NEW', false);
      owners.prices.set('NEW', 40);
      const before = [await count('item_copies'), await count('price_copies')];

      const orderId = await placed({ itemId: 'NEW', quantity: 3 }, { itemId: 'MUG', quantity: 1 });

      expect((await logOf(orderId))[0].payload).toMatchObject({ total: gbp(420) });
      expect(owners.asked).toContainEqual(new FindItems({ itemIds: ['NEW'] }));
      expect(owners.asked).toContainEqual(new QuotePrices({ itemIds: ['NEW'], currency: 'GBP' }));
      expect([await count('item_copies'), await count('price_copies')]).toEqual(before);
    });

    it('takes the prices of its own currency, and refuses an item that has none in it', async () => {
      const tell = (event: PriceChanged) => inside(() => app.get(KeepPricesWhenPriceChanges).handle(event));
      const [euros, pounds] = [{ amount: 350, currency: 'EUR' }, gbp(300)];
      await inside(() => app.get(KeepItemsWhenCatalogChanges).handle(new ItemAdded({ itemId: 'CUP', name: 'CUP', stockTracked: true })));
      await tell(new PriceChanged({ itemId: 'CUP', unitPrice: euros, prices: [euros, pounds] }));
      for (const price of [euros, pounds]) {
        const { body } = await place([{ itemId: 'CUP', quantity: 2 }], { currency: price.currency }).expect(202);
        const total = { amount: 2 * price.amount, currency: price.currency };
        expect((await logOf(body.orderId as string))[0].payload).toMatchObject({ total, lines: [{ unitPrice: price.amount }] });
      }
      const { body } = await place([{ itemId: 'POST', quantity: 1 }], { currency: 'EUR' }).expect(422);
      expect(body).toMatchObject({
        code: 'orders.refused',
        errors: [{ pointer: '/lines/0/itemId', code: 'orders.line.price-missing', message: 'POST has no price in EUR.' }],
      });
      const unknown = await place([{ itemId: 'MUG', quantity: 1 }], { currency: 'XXZ' }).expect(422);
      expect(unknown.body).toMatchObject({ code: 'request.out-of-range', errors: [{ pointer: '/currency' }] });
      const pastTheApi = inside(() =>
        app
          .get(PlaceOrderHandler)
          .execute(new PlaceOrder({ customerId, currency: 'XXZ', lines: [RequestedLine.of('CUP', 1, AgreedPrice.of(1, 'XXZ'))] })),
      );
      await expect(pastTheApi).rejects.toMatchObject({ code: 'orders.currency-unknown', reasons: [{ pointer: '/currency' }] });
    });

    it('makes the same copy of the prices when the log is read again, from the time of one price for each item', async () => {
      const tell = (event: PriceChanged) => inside(() => app.get(KeepPricesWhenPriceChanges).handle(event));
      const copy = () =>
        database.databases.of(MODULE).query(`select currency, unit_price from price_copies where item_id = 'AGE' order by 1`);
      const [francs, pounds, euros] = [{ amount: 5, currency: 'CHF' }, gbp(6), { amount: 7, currency: 'EUR' }];
      const history = [
        { event: new PriceChanged({ itemId: 'AGE', unitPrice: francs }), copied: [{ currency: 'CHF', unit_price: '5' }] },
        { event: new PriceChanged({ itemId: 'AGE', unitPrice: pounds }), copied: [{ currency: 'GBP', unit_price: '6' }] },
        {
          event: new PriceChanged({ itemId: 'AGE', unitPrice: euros, prices: [euros, pounds] }),
          copied: [
            { currency: 'EUR', unit_price: '7' },
            { currency: 'GBP', unit_price: '6' },
          ],
        },
      ];
      for (const { event, copied } of [...history, ...history]) {
        await tell(event);
        expect(await copy()).toEqual(copied);
      }
    });

    it('is refused with one reason for each bad line, and starts nothing', async () => {
      const before = [await count('orders'), await count('outbox')];

      const { body } = await place([
        { itemId: 'MUG', quantity: 1 },
        { itemId: 'MUG', quantity: 0 },
        { itemId: 'nobody knows', quantity: 1 },
        { itemId: 'NOBODY', quantity: 1 },
        { itemId: 'OLD', quantity: 1 },
        { itemId: 'POST', quantity: 1, agreedUnitPrice: gbp(0) },
        { itemId: 'POST', quantity: 1, agreedUnitPrice: gbp(-5) },
      ]).expect(422);

      expect(body.code).toBe('orders.refused');
      expect(body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`)).toEqual([
        '/lines/1/quantity orders.line.quantity-not-positive',
        '/lines/2/itemId orders.line.item-unknown',
        '/lines/3/itemId orders.line.item-unknown',
        '/lines/4/itemId orders.line.item-unknown',
        '/lines/5/agreedUnitPrice orders.line.price-not-positive',
        '/lines/6/agreedUnitPrice orders.line.price-not-positive',
      ]);
      expect([await count('orders'), await count('outbox')]).toEqual(before);
    });

    it.each([
      ['no lines', { lines: [] }, 'orders.no-lines'],
      ['more than 1,000 lines', { lines: Array(1001).fill({ itemId: 'MUG', quantity: 1 }) }, 'orders.too-many-lines'],
      ['an unknown customer', { customerId: uuidv7() }, 'orders.customer-unknown'],
      ['a customer that is no id', { customerId: 'me' }, 'orders.customer-unknown'],
      ['a price list without the currency', { currency: 'EUR' }, 'orders.refused'],
      [
        'a total beyond the safe integers',
        { lines: [{ itemId: 'MUG', quantity: 1_000_000_000, agreedUnitPrice: gbp(1_000_000_000) }] },
        'orders.total-too-large',
      ],
    ])('is refused for %s', async (_what, more, code) => {
      const { body } = await place([{ itemId: 'MUG', quantity: 1 }], more).expect(422);
      expect(body.code).toBe(code);
    });

    it.each([
      ['a quantity in words', { lines: [{ itemId: 'MUG', quantity: '2' }] }],
      ['an unknown field', { discount: 5 }],
      ['an unknown field of a line', { lines: [{ itemId: 'MUG', quantity: 1, price: 2 }] }],
      ['a price without its currency', { lines: [{ itemId: 'MUG', quantity: 1, agreedUnitPrice: 255 }] }],
      ['a line that is none', { lines: ['MUG'] }],
    ])('is not understood with %s', async (_what, more) => {
      await place([{ itemId: 'MUG', quantity: 1 }], more).expect(400);
    });

    it('takes 1,000 lines in as many statements as one', async () => {
      for (const lines of [1, 1000]) {
        const statements = await statementsDuring(() => placed(...Array.from({ length: lines }, () => ({ itemId: 'MUG', quantity: 1 }))));
        // The subscriptions of the process speak to the same database meanwhile.
        expect(statements.filter((sql) => /item_copies|into "orders"|into outbox/i.test(sql))).toHaveLength(3);
      }
    });

    it('is done once for one Idempotency-Key', async () => {
      const send = () =>
        place([{ itemId: 'MUG', quantity: 1 }])
          .set('Idempotency-Key', 'once')
          .expect(202);
      const [first, second] = [await send(), await send()];
      expect(second.body).toEqual(first.body);
      expect(second.headers.location).toBe(first.headers.location);
      expect(await logOf(first.body.orderId)).toHaveLength(1);
    });
  });

  describe('placing an order with what a client attaches', () => {
    const mug = [{ itemId: 'MUG', quantity: 1 }];

    it('gives it back wherever the order is shown, and tells no other module', async () => {
      const labels = { externalReference: 'WEB-1', metadata: { channel: 'web' } };
      const { body } = await place(mug, labels).expect(202);
      expect(body).toEqual({ orderId: body.orderId, state: 'placed', ...labels });
      expect((await http().get(`/orders/${body.orderId}`)).body).toMatchObject(labels);
      const found = await http().get('/orders').query({ externalReference: ' WEB-1' }).expect(200);
      expect(found.body).toEqual({ items: [expect.objectContaining({ orderId: body.orderId, ...labels })] });
      expect((await http().get('/orders').query({ externalReference: 'WEB-1', state: 'completed' })).body).toEqual({ items: [] });
      expect((await http().get('/orders').query({ externalReference: 'WEB-1', customerId, state: 'placed' })).body.items).toHaveLength(1);
      expect(JSON.stringify(await logOf(body.orderId))).not.toContain('web');
      await change(body.orderId, (order) => order.reject('credit-refused', at));
      expect((await http().get(`/orders/${body.orderId}`)).body).toMatchObject({ ...labels, state: 'rejected' });
    });

    it('refuses a second order with the same reference, of whichever customer, and names the first', async () => {
      const { orderId } = (await place(mug, { externalReference: 'WEB-2' }).expect(202)).body;
      const before = [await count('orders'), await count('outbox')];
      const { body, text, headers } = await place(mug, { externalReference: 'WEB-2' }).set('Prefer', 'wait=1').expect(409);
      expect(body).toMatchObject({
        code: 'orders.reference-taken',
        errors: [{ pointer: '/externalReference', code: 'orders.reference-taken' }],
        existing: { id: orderId, href: `/orders/${orderId}` },
      });
      expect(text).not.toContain('WEB-2');
      expect(headers['retry-after']).toBeUndefined();
      expect([await count('orders'), await count('outbox')]).toEqual(before);
      await place([{ itemId: 'NOBODY', quantity: 1 }], { externalReference: 'WEB-2' }).expect(422);
    });

    it('places one of many that come with one reference at the same moment', async () => {
      const before = await count('orders');
      const answers = await Promise.all(Array.from({ length: 6 }, () => place(mug, { externalReference: 'WEB-3' })));
      const [winner, ...others] = answers.sort((a, b) => a.status - b.status);
      expect(winner.status).toBe(202);
      for (const { status, body } of others)
        expect({ status, body }).toMatchObject({ status: 409, body: { existing: { id: winner.body.orderId } } });
      expect(await count('orders')).toBe(before + 1);
      expect(await logOf(winner.body.orderId as string)).toHaveLength(1);
    });

    it('is a part of what an Idempotency-Key stands for', async () => {
      const send = (metadata: object) => place(mug, { externalReference: 'WEB-4', metadata }).set('Idempotency-Key', 'labelled');
      const [first, second] = [await send({ a: '1' }).expect(202), await send({ a: '1 ' }).expect(202)];
      expect(second.text).toBe(first.text);
      await send({ a: '2' }).expect(422);
    });

    it('places the published command without either', async () => {
      const command = new PlaceOrder({ customerId, currency: 'GBP', lines: [RequestedLine.of('MUG', 1)] });
      const { orderId } = await inside(() => app.get(PlaceOrderHandler).execute(command));
      expect((await http().get(`/orders/${orderId}`)).body).toMatchObject({ externalReference: null, metadata: {} });
    });
  });

  describe('following an order', () => {
    it('answers as soon as it is final', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 1 });
      const waiting = http()
        .get(`/orders/${orderId}`)
        .set('Prefer', 'wait=20')
        .then((response) => response);
      await advance(orderId, 'awaiting-credit');
      await change(orderId, (order) => order.reject('credit-refused', at));
      const { body, headers } = await waiting;
      expect(body).toMatchObject({
        state: 'rejected',
        history: [{ state: 'placed' }, { state: 'awaiting-credit' }, { state: 'rejected', reason: 'credit-refused' }],
      });
      expect(headers['preference-applied']).toBe('wait=20');
      expect(headers.etag).toBe('"5"');
    });

    it('answers with the order as it stands when the time is up', async () => {
      const { body } = await place([{ itemId: 'MUG', quantity: 1 }])
        .set('Prefer', 'wait=1')
        .expect(202);
      expect(body).toMatchObject({ state: 'placed', lines: [{ itemId: 'MUG' }] });
    });

    it('streams its history until it is final, and goes on where a client stopped', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 1 });
      await advance(orderId, 'awaiting-credit');
      const streaming = http()
        .get(`/orders/${orderId}/events`)
        .buffer(true)
        .then((response) => response);
      await advance(orderId, 'awaiting-stock');
      await change(orderId, (order) => order.cancel('payment-declined', at));

      const { text, headers } = await streaming;
      expect(headers['content-type']).toContain('text/event-stream');
      expect(text.match(/^(id|event): .*$/gm)).toEqual([
        ...['id: 0', 'event: placed', 'id: 1', 'event: awaiting-credit'],
        ...['id: 2', 'event: awaiting-stock', 'id: 3', 'event: cancelled'],
      ]);
      expect(text).toContain(`data: {"at":"${at.toISOString()}","state":"cancelled","reason":"payment-declined"}`);

      const rest = await http().get(`/orders/${orderId}/events`).set('Last-Event-ID', '1').buffer(true);
      expect(rest.text.match(/^id: .*$/gm)).toEqual(['id: 2', 'id: 3']);
      await http().get(`/orders/${orderId}/events`).set('Last-Event-ID', '3').expect(204);
      await http().get(`/orders/${uuidv7()}/events`).expect(404);
    });

    it('lists the newest first, page by page, by customer and state', async () => {
      const ids = [
        await placed({ itemId: 'MUG', quantity: 1 }),
        await placed({ itemId: 'MUG', quantity: 1 }),
        await placed({ itemId: 'MUG', quantity: 1 }),
      ];
      for (const orderId of ids) await advance(orderId, 'cancelling');
      const first = await http().get('/orders').query({ customerId, state: 'cancelling', limit: 2 }).expect(200);
      expect(first.body.items.map(({ orderId }: { orderId: string }) => orderId)).toEqual([ids[2], ids[1]]);
      const second = await http()
        .get('/orders')
        .query({ customerId, state: 'cancelling', limit: 2, cursor: first.body.nextCursor })
        .expect(200);
      expect(second.body).toEqual({ items: [expect.objectContaining({ orderId: ids[0], total: gbp(300) })] });
      await http().get('/orders').query({ state: 'lost' }).expect(400);
      expect((await http().get('/orders').query({ customerId: uuidv7() })).body).toEqual({ items: [] });
    });

    it('does not find what is not there', async () => {
      expect((await http().get(`/orders/${uuidv7()}`).expect(404)).body.code).toBe('orders.order-unknown');
    });
  });

  describe('listing orders', () => {
    const DAY = 86_400_000;
    const [ada, bob, crowd] = [uuidv7(), uuidv7(), uuidv7()];
    const noon = (day: number, ms = 0) => new Date(Date.UTC(2024, 0, day, 12) + ms).toISOString();
    /** Orders of two customers at three days, of which some share a moment. */
    const known = [
      { name: 'a1', customer: ada, state: 'completed', placed: noon(1) },
      { name: 'a2', customer: ada, state: 'rejected', placed: noon(2) },
      { name: 'a3', customer: ada, state: 'completed', placed: noon(2) },
      { name: 'b1', customer: bob, state: 'cancelled', placed: noon(2) },
      { name: 'a4', customer: ada, state: 'capturing', placed: noon(2, 1) },
      { name: 'b2', customer: bob, state: 'completed', placed: '2024-01-03T00:00:00.000Z' },
      { name: 'a5', customer: ada, state: 'completed', placed: noon(3) },
    ];
    const names = new Map<string, string>();
    const within = { placedFrom: '2024-01-01', placedTo: '2024-02-01' };
    const MANY = 20_000;

    beforeAll(async () => {
      const insertion = `insert into orders (order_id, customer_id, currency, total, state, lines, history, placed_at, version)`;
      const query = (sql: string, values: unknown[]) => database.databases.of(MODULE).query(sql, values);
      for (const { name, customer, state, placed } of known) {
        const id = uuidv7();
        names.set(id, name);
        await query(`${insertion} values ($1, $2, 'GBP', 100, $3, '[{}]', '[{}]', $4, 1)`, [id, customer, state, placed]);
      }
      // Many of one customer and of common states, over 200 days of 2023; a hundred of them in a rare one.
      await database.asAdministrator(
        MODULE,
        `${insertion.replace('orders', 'orders.orders')}
         select gen_random_uuid(), case when n % 4 = 0 then $1::uuid else gen_random_uuid() end, 'GBP', 100,
           case when n % 200 = 7 then 'undoing' when n % 3 = 0 then 'rejected' else 'completed' end,
           '[{}]', '[{}]', timestamptz '2023-01-01 00:00Z' + n * interval '1 second' * 864, 1
         from generate_series(1, ${MANY}) n`,
        [crowd],
      );
      await database.asAdministrator(MODULE, 'analyze orders.orders');
    });

    interface Listed {
      items: { orderId: string }[];
      nextCursor?: string;
      count?: object;
    }
    const list = async (query: object): Promise<Listed> => (await http().get('/orders').query(query).expect(200)).body as Listed;
    const shown = ({ items }: Listed) => items.map(({ orderId }) => names.get(orderId));
    /** All pages of a list, each of the same length. */
    const pages = async (query: object, limit: number): Promise<(string | undefined)[]> => {
      const first = await list({ ...query, limit });
      const seen = shown(first);
      for (let cursor = first.nextCursor; cursor !== undefined;) {
        const page = await list({ ...query, limit, cursor });
        seen.push(...shown(page));
        cursor = page.nextCursor;
      }
      return seen;
    };
    /** What the filters let through, by the definition. */
    const expected = ({
      customerId,
      state,
      from = 0,
      to = Infinity,
    }: {
      customerId?: string;
      state?: string[];
      from?: number;
      to?: number;
    }) =>
      [...names].flatMap(([id, name]) => {
        const order = known.find((one) => one.name === name);
        const at = Date.parse(order?.placed ?? '');
        const counts =
          order && (!customerId || order.customer === customerId) && (!state || state.includes(order.state)) && from <= at && at < to;
        return counts ? [{ id, name, at }] : [];
      });
    const inOrder = (orders: { id: string; name: string; at: number }[]) =>
      [...orders].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(({ name }) => name);

    const FILTERS: [string, { customerId?: string; state?: string[]; from?: number; to?: number }][] = [
      ['none', {}],
      ['a customer', { customerId: ada }],
      ['a state', { state: ['completed'] }],
      ['states', { state: ['rejected', 'completed', 'capturing'] }],
      ['a customer and states', { customerId: ada, state: ['completed', 'rejected'] }],
      ['a state that no order of the customer is in', { customerId: bob, state: ['undoing'] }],
      ['a millisecond', { from: Date.parse(noon(2)), to: Date.parse(noon(2, 1)) }],
      ['a customer and a day', { customerId: ada, from: Date.parse('2024-01-02'), to: Date.parse('2024-01-03') }],
      ['states since a day', { state: ['completed', 'cancelled'], from: Date.parse('2024-01-03') }],
    ];

    it.each(FILTERS)(
      'shows what meets every filter, in both orders and in pages of any length: %s',
      async (_what, { from, to, ...filter }) => {
        const bounds = { placedFrom: within.placedFrom, placedTo: within.placedTo };
        if (from !== undefined) bounds.placedFrom = new Date(from).toISOString();
        if (to !== undefined) bounds.placedTo = new Date(to).toISOString();
        const query = { ...filter, ...bounds };
        const oldestFirst = inOrder(expected({ ...filter, from, to }));
        for (const limit of [1, 2, 50]) {
          expect(await pages({ ...query, sort: 'placedAt' }, limit)).toEqual(oldestFirst);
          expect(await pages({ ...query, sort: '-placedAt' }, limit)).toEqual([...oldestFirst].reverse());
        }
        expect(shown(await list(query))).toEqual([...oldestFirst].reverse());
        expect((await list({ ...query, count: true, limit: 1 })).count).toEqual({ orders: oldestFirst.length, exact: true });
      },
    );

    it('takes an interval from its first day until before its last, in any offset', async () => {
      expect(shown(await list({ placedFrom: '2024-01-02', placedTo: '2024-01-03', sort: 'placedAt', customerId: bob }))).toEqual(['b1']);
      expect(shown(await list({ placedFrom: '2024-01-03', placedTo: '2024-01-04', sort: 'placedAt', customerId: bob }))).toEqual(['b2']);
      expect(shown(await list({ placedFrom: '2024-01-03T01:00:00+01:00', customerId: bob }))).toEqual(['b2']);
      expect(shown(await list({ placedTo: '2024-01-02T23:59:59.999-00:00', customerId: bob }))).toEqual(['b1']);
    });

    it('goes on where a page ended, within what JavaScript takes for one moment', async () => {
      const customerId = uuidv7();
      const ids = Array.from({ length: 4 }, () => uuidv7());
      await database.databases.of(MODULE).query(
        `insert into orders (order_id, customer_id, currency, total, state, lines, history, placed_at, version)
         select id, $2, 'GBP', 1, 'completed', '[{}]', '[{}]', timestamptz '2024-05-01 00:00Z' + (5 - n) * interval '1 microsecond', 1
         from unnest($1::uuid[]) with ordinality as t (id, n)`,
        [ids, customerId],
      );
      ids.forEach((id, index) => names.set(id, `µ${index}`));
      expect(await pages({ customerId }, 1)).toEqual(['µ0', 'µ1', 'µ2', 'µ3']);
      expect(await pages({ customerId, sort: 'placedAt' }, 1)).toEqual(['µ3', 'µ2', 'µ1', 'µ0']);
    });

    it('refuses a cursor under other filters or another sort, and takes it under the same ones in another spelling', async () => {
      const query = { customerId: ada, state: ['completed', 'rejected'], placedFrom: '2024-01-01', limit: 2 };
      const { nextCursor: cursor } = await list(query);
      const others: object[] = [
        { sort: 'placedAt' },
        { customerId: bob },
        { state: ['completed'] },
        { placedFrom: '2024-01-02' },
        { placedTo: '2024-02-01' },
        { externalReference: 'WEB-1' },
      ];
      for (const other of others) {
        const { body } = await http()
          .get('/orders')
          .query({ ...query, ...other, cursor })
          .expect(400);
        expect({ other, code: (body as { code: string }).code }).toEqual({ other, code: 'request.cursor-of-another-list' });
      }
      const same = { state: ['rejected', 'completed', 'completed'], placedFrom: '2024-01-01T00:00:00Z', customerId: ada.toUpperCase() };
      expect(shown(await list({ ...query, ...same, sort: '-placedAt', limit: 3, count: true, cursor }))).toEqual(
        inOrder(expected({ customerId: ada, state: query.state }))
          .reverse()
          .slice(2),
      );
      const forged = (parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
      const [, , mark] = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString()) as string[];
      for (const parts of [[mark], ['then', uuidv7(), mark], ['2024-01-01T00:00:00.000000Z', 'x', mark], [5, uuidv7(), mark]])
        await http()
          .get('/orders')
          .query({ ...query, cursor: forged(parts) })
          .expect(422);
    });

    it.each<[string, object, string]>([
      ['a state that there is not', { state: ['completed', 'lost'] }, '/state'],
      ['states in one text', { state: 'completed,rejected' }, '/state'],
      ['a day that no month has', { placedFrom: '2024-02-30' }, '/placedFrom'],
      ['two days', { placedFrom: ['2024-02-01', '2024-02-02'] }, '/placedFrom'],
      ['an interval from its end', { placedFrom: '2024-02-02', placedTo: '2024-02-01' }, '/placedTo'],
      ['an empty interval', { placedFrom: '2024-02-02', placedTo: '2024-02-02' }, '/placedTo'],
      ['another sort', { sort: 'total' }, '/sort'],
      ['two sorts', { sort: ['placedAt', '-placedAt'] }, '/sort'],
      ['a count of something', { count: 'all' }, '/count'],
      ['an empty reference', { externalReference: ' ' }, '/externalReference'],
    ])('refuses %s', async (_what, query, pointer) => {
      const { body } = await http().get('/orders').query(query).expect(400);
      expect(body).toMatchObject({
        code: 'request.malformed',
        errors: [{ pointer, code: 'request.field-value', message: expect.any(String) }],
      });
    });

    it('counts exactly up to a limit, and says where there are more', async () => {
      expect((await list({ count: true, limit: 1 })).count).toEqual({ orders: 10_000, exact: false });
      expect((await list({ count: true, limit: 1, state: ['undoing'] })).count).toEqual({ orders: 100, exact: true });
      expect(
        (
          await list({
            count: true,
            limit: 1,
            placedFrom: '2023-01-01',
            placedTo: new Date(Date.UTC(2023, 0, 1) + 100 * DAY).toISOString(),
          })
        ).count,
      ).toEqual({
        ...{ orders: 9_999, exact: true },
      });
      expect((await list({ count: true, limit: 1, placedFrom: '2023-01-01', placedTo: '2023-04-11T00:00:00.001Z' })).count).toEqual({
        ...{ orders: 10_000, exact: true },
      });
      expect((await list({ count: true, limit: 1, placedFrom: '2023-01-01', placedTo: '2023-04-11T00:14:24.001Z' })).count).toEqual({
        ...{ orders: 10_000, exact: false },
      });
      expect(await list({ limit: 1, count: false, externalReference: 'NEVER' })).toEqual({ items: [] });
    });

    describe('reads no more of the table than it shows', () => {
      interface Node {
        'Node Type': string;
        'Actual Rows': number;
        'Actual Loops': number;
        'Rows Removed by Filter'?: number;
        'Rows Removed by Index Recheck'?: number;
        'Relation Name'?: string;
        Plans?: Node[];
      }
      /** The rows of orders that a statement looks at, by a plan for these values and by one for any. */
      const looksAt = async ({ text, values }: { text: string; values: unknown[] }): Promise<number[]> => {
        const rowsOf = (node: Node): number => {
          const own = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
          return (
            (node['Relation Name'] ? own * node['Actual Loops'] : 0) + (node.Plans ?? []).reduce((sum, inner) => sum + rowsOf(inner), 0)
          );
        };
        return inside(async () => {
          const seen: number[] = [];
          for (const mode of ['force_custom_plan', 'force_generic_plan']) {
            await work.manager.query(`set local plan_cache_mode = ${mode}`);
            await work.manager.query(`prepare looked_at as ${text}`);
            const literals = values.map((value) =>
              typeof value === 'number' ? String(value) : escapeLiteral(Array.isArray(value) ? `{${value.join()}}` : String(value)),
            );
            const [{ 'QUERY PLAN': plans }] = await work.manager.query<{ 'QUERY PLAN': { Plan: Node }[] }[]>(
              `explain (analyze, timing off, format json) execute looked_at(${literals.join()})`,
            );
            await work.manager.query('deallocate looked_at');
            seen.push(Math.round(rowsOf(plans[0].Plan)));
          }
          return seen;
        });
      };
      const deep = { placedAt: '2023-03-01T00:00:00.000000Z', orderId: uuidv7() };
      const bounds = { placedFrom: new Date('2023-02-01'), placedTo: new Date('2023-05-01') };

      it.each<[string, OrderFilter, number]>([
        // A page of each state.
        ['all', {}, 4 * 51 + 20],
        ['days', bounds, 4 * 51 + 20],
        ['a customer', { customerId: crowd }, 51],
        ['a customer and days', { customerId: crowd, ...bounds }, 51],
        ['a rare state', { states: ['undoing'] }, 51],
        ['states, common and rare and none', { states: ['completed', 'undoing', 'capturing'], ...bounds }, 3 * 51],
        ['a reference', { externalReference: 'WEB-1' }, 1],
        // At the worst the orders of the customer.
        ['a customer and states', { customerId: crowd, states: ['completed', 'rejected'] }, MANY / 4],
      ])('%s', async (_what, filter, most) => {
        for (const sort of ORDER_SORTS) {
          for (const after of [undefined, deep]) {
            for (const rows of await looksAt(pageStatement('order_id', filter, sort, after, 51))) expect(rows).toBeLessThanOrEqual(most);
          }
        }
        const counted = await looksAt(countStatement(filter));
        for (const rows of counted) expect(rows).toBeLessThanOrEqual(MOST_COUNTED + 1);
      });
    });
  });

  describe('moving an order on', () => {
    it('leaves its messages alone, and its history grows by one', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 1 });
      await advance(orderId, 'awaiting-credit');
      await advance(orderId, 'awaiting-credit');
      await change(orderId, (order) => order.dispatched(at));
      expect((await logOf(orderId)).map(({ type, key_version }) => [type, key_version])).toEqual([
        ['orders.order-placed', '1'],
        ['orders.order-dispatched', '2'],
      ]);
      expect((await http().get(`/orders/${orderId}`)).body.history).toHaveLength(3);
    });

    it('is written once for many orders and many steps, and before an order is locked', async () => {
      const ids = [await placed({ itemId: 'MUG', quantity: 1 }), await placed({ itemId: 'MUG', quantity: 1 })];
      const statements = await statementsDuring(() =>
        inside(async () => {
          for (const orderId of ids)
            for (const state of ['awaiting-credit', 'awaiting-stock'] as const) await app.get(OrderRepository).advance(orderId, state, at);
          const order = await app.get(OrderRepository).lock(ids[0]);
          expect(order?.history.map(({ state }) => state)).toEqual(['placed', 'awaiting-credit', 'awaiting-stock']);
          await app.get(OrderRepository).advance(ids[0], 'awaiting-payment', at);
        }),
      );
      // The steps of both before the lock; the last one with the order that was locked by then.
      expect(statements.filter((sql) => /update "?orders/i.test(sql))).toHaveLength(2);
      for (const [index, last] of ['awaiting-payment', 'awaiting-stock'].entries()) {
        const { history } = (await http().get(`/orders/${ids[index]}`)).body as { history: { state: string }[] };
        expect(history.at(-1)?.state).toBe(last);
        expect(history).toHaveLength(4 - index);
      }
    });

    it('is over once it is final', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 1 });
      await change(orderId, (order) => order.complete(at));
      await expect(advance(orderId, 'undoing')).rejects.toThrow('is final');
      await expect(advance(uuidv7(), 'undoing')).rejects.toThrow('There is no order');
    });
  });

  describe('cancelling an order', () => {
    it('is asked of its fulfilment', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 1 });
      const { body } = await http().post(`/orders/${orderId}/cancellation`).expect(202);
      expect(body).toMatchObject({ orderId, state: 'placed' });
      expect(requestCancellation).toHaveBeenCalledWith(orderId);
    });

    it('is refused where the fulfilment refuses, and for an order that nobody placed', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 1 });
      requestCancellation.mockRejectedValue(new Refusal('conflict', 'orders.not-cancellable', 'Too late.'));
      expect((await http().post(`/orders/${orderId}/cancellation`).expect(409)).body.code).toBe('orders.not-cancellable');
      await http().post(`/orders/${uuidv7()}/cancellation`).expect(404);
    });
  });

  describe('returning items', () => {
    const giveBack = (orderId: string, ...lines: object[]) => http().post(`/orders/${orderId}/returns`).send({ lines });

    it('takes them from the lines in order, refunds at their prices, and shows what came back', async () => {
      const orderId = await placed(
        { itemId: 'MUG', quantity: 2, agreedUnitPrice: gbp(300) },
        { itemId: 'POST', quantity: 1 },
        { itemId: 'MUG', quantity: 2, agreedUnitPrice: gbp(250) },
      );
      expect((await giveBack(orderId, { itemId: 'MUG', quantity: 1 }).expect(409)).body.code).toBe('orders.return.order-not-completed');
      await change(orderId, (order) => order.complete(at));
      const totals = (await http().get('/orders/totals')).body;

      const { body } = await giveBack(orderId, { itemId: 'MUG', quantity: 3 }, { itemId: 'POST', quantity: 1 }).expect(201);

      expect(body).toEqual({ returnId: expect.any(String), refund: gbp(2650) });
      expect((await logOf(orderId)).at(-1)).toEqual({
        type: 'orders.return-accepted',
        key_version: '3',
        payload: {
          orderId,
          returnId: body.returnId,
          refund: gbp(2650),
          lines: [
            { itemId: 'MUG', quantity: 2, unitPrice: 300, stockTracked: true },
            { itemId: 'POST', quantity: 1, unitPrice: 1800, stockTracked: false },
            { itemId: 'MUG', quantity: 1, unitPrice: 250, stockTracked: true },
          ],
        },
      });
      expect((await http().get(`/orders/${orderId}`)).body.lines.map(({ returned }: { returned: number }) => returned)).toEqual([2, 1, 1]);
      expect((await http().get(`/orders/${orderId}/returns`)).body.items).toMatchObject([
        { returnId: body.returnId, orderId, refund: gbp(2650) },
      ]);
      expect((await http().get('/orders/totals')).body).toMatchObject({
        returns: totals.returns + 1,
        returnedLines: totals.returnedLines + 2,
      });
      expect((await giveBack(orderId, { itemId: 'MUG', quantity: 2 }).expect(422)).body.errors[0].code).toBe(
        'orders.return.more-than-bought',
      );
    });

    it('never takes the same units twice, however many ask at once', async () => {
      const orderId = await placed({ itemId: 'MUG', quantity: 3 });
      await change(orderId, (order) => order.complete(at));
      const answers = await Promise.all(Array.from({ length: 5 }, () => giveBack(orderId, { itemId: 'MUG', quantity: 1 })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 422, 422]);
      expect((await logOf(orderId)).map(({ key_version }) => Number(key_version))).toEqual([1, 2, 3, 4, 5]);
    });
  });

  it('counts orders by state', async () => {
    const { byState } = (await http().get('/orders/totals').expect(200)).body;
    const known: number = Object.values<number>(byState).reduce((sum, orders) => sum + orders, 0);
    expect(known).toBe(await count('orders'));
  });
});
