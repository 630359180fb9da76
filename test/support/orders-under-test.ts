import { QueryBus } from '@nestjs/cqrs';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { v7 as uuidv7 } from 'uuid';
import { openTestDatabase, type TestDatabase } from './database';
import { boundedContextsOf } from '../../src/platform/hosting/bounded-contexts';
import { readSettings, type Settings } from '../../src/platform/config/settings';
import { UnitOfWork } from '../../src/platform/unit-of-work/unit-of-work';
import { configureHttp } from '../../src/platform/http/configure-http';
import { PlatformModule } from '../../src/platform/start/platform.module';
import { ItemAdded } from '../../src/modules/catalog/contracts/item-added.event';
import { ItemWithdrawn } from '../../src/modules/catalog/contracts/item-withdrawn.event';
import { FindItems } from '../../src/modules/catalog/contracts/find-items.query';
import { FindCustomer } from '../../src/modules/customers/contracts/find-customer.query';
import { PriceChanged } from '../../src/modules/pricing/contracts/price-changed.event';
import { QuotePrices } from '../../src/modules/pricing/contracts/quote-prices.query';
import { OrderFulfilment } from '../../src/modules/orders/fulfilment/order-fulfilment';
import type { Order } from '../../src/modules/orders/domain/order';
import type { OrderState } from '../../src/modules/orders/domain/order-state';
import { OrdersModule } from '../../src/modules/orders/orders.module';
import { OrderRepository } from '../../src/modules/orders/persistence/order.repository';
import { KeepItemsWhenCatalogChanges } from '../../src/modules/orders/reactions/keep-items-when-catalog-changes';
import { KeepPricesWhenPriceChanges } from '../../src/modules/orders/reactions/keep-prices-when-price-changes';

/** The module's name. */
export const MODULE = 'orders';
/** A moment that tests say things happened at. */
export const at = new Date('2026-01-01T12:00:00Z');
export const gbp = (amount: number) => ({ amount, currency: 'GBP' });

/**
 * Orders with its API, on a database of its own, for one test file: the owners of items, prices and customers
 * answer what `owners` says, and the fulfilment does nothing but note that a cancellation was asked for. MUG,
 * POST (a service) and OLD (withdrawn) can be found.
 */
export function ordersUnderTest() {
  let database: TestDatabase;
  let app: NestExpressApplication;
  let work: UnitOfWork;
  let settings: Settings;
  const requestCancellation = jest.fn<Promise<void>, [string]>();
  const customerId = uuidv7();

  /** What the owners would answer, and what they were asked. */
  const owners = {
    items: new Map<string, boolean>(),
    prices: new Map<string, number>(),
    asked: [] as object[],
  };
  const answer = async (query: object): Promise<unknown> => {
    owners.asked.push(query);
    if (query instanceof FindCustomer)
      return query.customerId === customerId ? { customerId, country: 'France', version: 1 } : null;
    if (query instanceof FindItems) {
      return query.itemIds.flatMap((itemId) =>
        owners.items.has(itemId)
          ? [{ itemId, name: itemId, stockTracked: owners.items.get(itemId), withdrawn: false }]
          : [],
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
    const testing = await Test.createTestingModule({
      imports: [PlatformModule.forRoot(settings, database.databases), OrdersModule],
    })
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
  const placed = async (...lines: object[]): Promise<string> =>
    (await place(lines).expect(202)).body.orderId as string;
  const change = (orderId: string, decide: (order: Order) => void): Promise<void> =>
    inside(async () => {
      const repository = app.get(OrderRepository);
      const order = await repository.lock(orderId);
      if (!order) throw new Error('There is no such order.');
      decide(order);
      await repository.save(order);
    });
  const advance = (orderId: string, state: OrderState): Promise<void> =>
    inside(() => app.get(OrderRepository).advance(orderId, state, at));
  const logOf = (
    orderId: string,
  ): Promise<{ type: string; key_version: string; payload: Record<string, unknown> }[]> =>
    database.databases
      .of(MODULE)
      .query('select type, key_version, payload from outbox where aggregateid = $1 order by seq', [orderId]);
  const count = async (table: string): Promise<number> => {
    const [{ rows }] = await database.databases
      .of(MODULE)
      .query(`select count(*)::int as rows from ${table}`);
    return rows as number;
  };

  return {
    get app() {
      return app;
    },
    get database() {
      return database;
    },
    get work() {
      return work;
    },
    customerId,
    owners,
    requestCancellation,
    inside,
    http,
    place,
    placed,
    change,
    advance,
    logOf,
    count,
  };
}
