import { Client } from 'pg';
import { createTestDatabase, type Clone } from '../../test/support/database';
import { checkInvariants, judge } from '../platform/cli/check-invariants/check-invariants';
import type { Invariant } from '../platform/cli/check-invariants/invariant';
import { AppModule } from '../app.module';
import { topologyOf } from '../platform/topology/topology';
import { aggregatesOf } from './aggregates';
import { completedOrderWasDelivered } from './completed-order-was-delivered';
import { creditAccountsAddUp } from './credit-accounts-add-up';
import { creditHoldEndsWithItsOrder } from './credit-hold-ends-with-its-order';
import { invariants } from './invariants';
import { logHasNoGaps } from '../platform/cli/check-invariants/log-has-no-gaps';
import { logTellsEveryChange } from './log-tells-every-change';
import { moneyAddsUp } from './money-adds-up';
import { nothingIsParked } from '../platform/cli/check-invariants/nothing-is-parked';
import { orderIsFinalOrWaiting } from './order-is-final-or-waiting';
import { parcelThatDidNotArriveIsSettled } from './parcel-that-did-not-arrive-is-settled';
import { reservationEndsWithItsOrder } from './reservation-ends-with-its-order';
import { returnedGoodsAreBack } from './returned-goods-are-back';
import { stockAddsUp } from './stock-adds-up';

const id = (n: number): string => `01940000-0000-7000-8000-00000000000${n}`;
const [ORDER, CUSTOMER, SHIPMENT, RETURN, WAITING, LOST, NOBODY] = [1, 2, 3, 4, 5, 6, 9].map(id);

const message = (
  module: string,
  type: string,
  key: string,
  version: number,
  name = 'happened',
  payload = '{}',
): string =>
  `insert into ${module}.outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
   values (1, gen_random_uuid(), 'event', '${type}', '${key}', '${module}.${name}', 1, '${payload}', '{}', 0, ${version})`;

/**
 * One completed order of two A and a service, one A of which came back; one order that waits for its
 * dispatch; and one of a B, whose parcel was lost.
 */
const AT_REST = [
  `insert into orders.orders (order_id, customer_id, currency, total, state, lines, history, placed_at, version) values
     ('${ORDER}', '${CUSTOMER}', 'GBP', 700, 'completed', '[{"itemId":"A","quantity":2,"unitPrice":100,"stockTracked":true,"returned":1},{"itemId":"FEE","quantity":1,"unitPrice":500,"stockTracked":false,"returned":0}]', '[{}]', now(), 2),
     ('${WAITING}', '${CUSTOMER}', 'GBP', 100, 'awaiting-dispatch', '[{"itemId":"A","quantity":1,"unitPrice":100,"stockTracked":true,"returned":0}]', '[{}]', now(), 1),
     ('${LOST}', '${CUSTOMER}', 'GBP', 900, 'cancelled', '[{"itemId":"B","quantity":1,"unitPrice":900,"stockTracked":true,"returned":0}]', '[{}]', now(), 1)`,
  `insert into orders.order_returns (return_id, order_id, lines, requested_lines, refund, currency, accepted_at) values
     ('${RETURN}', '${ORDER}', '[{"itemId":"A","quantity":1,"unitPrice":100,"stockTracked":true}]', 1, 100, 'GBP', now())`,
  `insert into orders.sagas (saga, id, state, final, facts, version, started_at, changed_at) values
     ('orders.fulfilment', '${ORDER}', 'completed', true, '{}', 1, now(), now()), ('orders.fulfilment', '${WAITING}', 'awaiting-dispatch', false, '{}', 0, now(), now()),
     ('orders.fulfilment', '${LOST}', 'cancelled', true, '{}', 0, now(), now())`,
  `insert into inventory.stock_items (item_id, on_hand, reserved, received, adjusted, dispatched, returned, lost, version) values
     ('A', 8, 1, 10, -1, 2, 1, 0, 2), ('B', 4, 0, 5, 0, 1, 0, 1, 1)`,
  `insert into inventory.reservations (order_id, state, lines, shipment_id, returns, version) values
     ('${ORDER}', 'dispatched', '[{"itemId":"A","quantity":2}]', '${SHIPMENT}', '[{"returnId":"${RETURN}","lines":[{"itemId":"A","quantity":1}]}]', 1),
     ('${WAITING}', 'reserved', '[{"itemId":"A","quantity":1}]', null, '[]', 0 + 1),
     ('${LOST}', 'dispatched', '[{"itemId":"B","quantity":1}]', '${LOST}', '[]', 1)`,
  `update inventory.reservations set parcel = 'lost' where order_id = '${LOST}'`,
  `insert into payments.credit_accounts (account_id, customer_id, limit_amount, currency, held, revision, version) values
     ('${CUSTOMER}', '${CUSTOMER}', 150000, 'GBP', 100, 1, 0), ('${CUSTOMER}/EUR', '${CUSTOMER}', 150000, 'EUR', 0, 1, 0)`,
  `insert into payments.credit_holds (order_id, state, customer_id, amount, currency, version) values
     ('${ORDER}', 'released', '${CUSTOMER}', 700, 'GBP', 1), ('${WAITING}', 'held', '${CUSTOMER}', 100, 'GBP', 1),
     ('${LOST}', 'released', '${CUSTOMER}', 900, 'GBP', 1)`,
  `insert into payments.payments (order_id, state, customer_id, amount, currency, authorisation_id, refunds_requested, refunded, version) values
     ('${ORDER}', 'captured', '${CUSTOMER}', 700, 'GBP', 'x', 100, 100, 1), ('${WAITING}', 'authorised', '${CUSTOMER}', 100, 'GBP', 'x', 0, 0, 1),
     ('${LOST}', 'voided', '${CUSTOMER}', 900, 'GBP', 'x', 0, 0, 1)`,
  `insert into shipping.shipments (shipment_id, order_id, customer_id, state, lines, address, created_at, dispatched_at, delivered_at, version) values
     ('${SHIPMENT}', '${ORDER}', '${CUSTOMER}', 'delivered', '[{"itemId":"A","quantity":2}]', '{"country":"UK"}', now(), now(), now(), 1),
     ('${WAITING}', '${WAITING}', '${CUSTOMER}', 'prepared', '[{"itemId":"A","quantity":1}]', '{"country":"UK"}', now(), null, null, 1),
     ('${LOST}', '${LOST}', '${CUSTOMER}', 'lost', '[{"itemId":"B","quantity":1}]', '{"country":"UK"}', now(), now(), null, 1)`,
  message('orders', 'order', ORDER, 1),
  message('orders', 'order', ORDER, 2),
  message('orders', 'order', WAITING, 1),
  message('orders', 'order', LOST, 1),
  message('orders', 'fulfilment', ORDER, 1),
  message('inventory', 'stock-item', 'A', 1, 'stock-received', '{"itemId":"A","quantity":10}'),
  message('inventory', 'stock-item', 'A', 2, 'stock-adjusted', '{"itemId":"A","quantity":-1}'),
  message('inventory', 'stock-item', 'B', 1, 'stock-received', '{"itemId":"B","quantity":5}'),
  ...[ORDER, WAITING, LOST].flatMap((order) => [
    message('inventory', 'reservation', order, 1),
    message('payments', 'credit-hold', order, 1),
    message('payments', 'payment', order, 1),
    message('shipping', 'shipment', order === ORDER ? SHIPMENT : order, 1),
  ]),
  // Which constraints the tables have is no business of these checks: they must see what a constraint would
  // have kept out, too.
  `do $$ declare c record; begin
     for c in select conrelid::regclass as t, conname from pg_constraint where contype = 'c' and coninhcount = 0 and exists (select from pg_class l where l.relnamespace = connamespace and l.relname = 'log_head') loop
       execute format('alter table %s drop constraint if exists %I', c.t, c.conname);
     end loop; end $$`,
];

const PLANTED: { what: string; sql: string; breaks: { sentence: string }[] }[] = [
  {
    what: 'a final order whose process still runs',
    sql: `update orders.sagas set final = false where id = '${ORDER}'`,
    breaks: [orderIsFinalOrWaiting],
  },
  {
    what: 'an order that waits for nobody',
    sql: `delete from shipping.shipments where order_id = '${WAITING}'`,
    breaks: [orderIsFinalOrWaiting],
  },
  {
    what: 'an order whose process never began',
    sql: `update orders.orders set state = 'placed' where order_id = '${WAITING}'; delete from orders.sagas where id = '${WAITING}'; delete from shipping.shipments where order_id = '${WAITING}'`,
    breaks: [orderIsFinalOrWaiting],
  },
  {
    what: 'stock that does not add up',
    sql: `update inventory.stock_items set on_hand = on_hand + 1`,
    breaks: [stockAddsUp],
  },
  {
    what: 'negative stock',
    sql: `update inventory.stock_items set on_hand = -1, adjusted = -10`,
    breaks: [stockAddsUp],
  },
  {
    what: 'received stock that the log does not tell of',
    sql: `update inventory.stock_items set received = received + 1, on_hand = on_hand + 1`,
    breaks: [stockAddsUp],
  },
  {
    what: 'reserved stock that no reservation holds',
    sql: `update inventory.stock_items set reserved = reserved + 1`,
    breaks: [stockAddsUp],
  },
  {
    what: 'a reservation of a final order',
    sql: `update orders.orders set state = 'rejected' where order_id = '${WAITING}'; update orders.sagas set state = 'rejected', final = true where id = '${WAITING}'`,
    breaks: [reservationEndsWithItsOrder, creditHoldEndsWithItsOrder],
  },
  {
    what: 'a reservation without an order',
    sql: `insert into inventory.reservations (order_id, state, lines, returns, version) values ('${NOBODY}', 'released', '[]', '[]', 0)`,
    breaks: [reservationEndsWithItsOrder],
  },
  {
    what: 'a credit hold of a completed order',
    sql: `update payments.credit_holds set state = 'held' where order_id = '${ORDER}'; update payments.credit_accounts set held = 800 where currency = 'GBP'`,
    breaks: [creditHoldEndsWithItsOrder],
  },
  {
    what: 'an account that holds more than its holds',
    sql: `update payments.credit_accounts set held = held + 1 where currency = 'GBP'`,
    breaks: [creditAccountsAddUp],
  },
  {
    what: 'a hold in one currency on the account in another',
    sql: `update payments.credit_accounts set held = case currency when 'EUR' then 100 else 0 end`,
    breaks: [creditAccountsAddUp],
  },
  {
    what: 'credit that is held in another currency than the order is in',
    sql: `update payments.credit_holds set currency = 'EUR' where order_id = '${WAITING}'; update payments.credit_accounts set held = case currency when 'EUR' then 100 else 0 end`,
    breaks: [moneyAddsUp],
  },
  {
    what: 'a payment in another currency than its order',
    sql: `update payments.payments set currency = 'EUR' where order_id = '${WAITING}'`,
    breaks: [moneyAddsUp],
  },
  {
    what: 'a refund in another currency than its order',
    sql: `update orders.order_returns set currency = 'EUR' where order_id = '${ORDER}'`,
    breaks: [moneyAddsUp],
  },
  {
    what: 'a completed order that was not paid',
    sql: `update payments.payments set state = 'voided', refunded = 0 where order_id = '${ORDER}'`,
    breaks: [moneyAddsUp],
  },
  {
    what: 'a captured payment of an order that still waits',
    sql: `update payments.payments set state = 'captured' where order_id = '${WAITING}'`,
    breaks: [moneyAddsUp],
  },
  {
    what: 'too much captured',
    sql: `update payments.payments set amount = amount + 1 where order_id = '${ORDER}'`,
    breaks: [moneyAddsUp],
  },
  {
    what: 'a return that was not refunded',
    sql: `update payments.payments set refunded = 0 where order_id = '${ORDER}'`,
    breaks: [moneyAddsUp],
  },
  {
    what: 'a completed order that was not delivered',
    sql: `update shipping.shipments set state = 'dispatched' where order_id = '${ORDER}'`,
    breaks: [completedOrderWasDelivered],
  },
  {
    what: 'a completed order that got too little',
    sql: `update shipping.shipments set lines = '[{"itemId":"A","quantity":1}]' where order_id = '${ORDER}'`,
    breaks: [completedOrderWasDelivered],
  },
  {
    what: 'a second delivery',
    sql: `alter table shipping.shipments drop constraint shipments_order_id_key; insert into shipping.shipments select '${NOBODY}', order_id, customer_id, state, lines, address, created_at, dispatched_at, delivered_at, 0 from shipping.shipments where order_id = '${ORDER}'`,
    breaks: [completedOrderWasDelivered],
  },
  {
    what: 'returned goods that did not come back',
    sql: `update inventory.reservations set returns = '[]'; update inventory.stock_items set returned = 0, on_hand = 7 where item_id = 'A'`,
    breaks: [returnedGoodsAreBack],
  },
  {
    what: 'goods that came back without a return',
    sql: `delete from orders.order_returns; update payments.payments set refunded = 0`,
    breaks: [returnedGoodsAreBack],
  },
  {
    what: 'goods of a lost parcel that do not count as lost',
    sql: `update inventory.reservations set parcel = null where order_id = '${LOST}'; update inventory.stock_items set lost = 0`,
    breaks: [parcelThatDidNotArriveIsSettled],
  },
  {
    what: 'lost goods that no lost parcel accounts for',
    sql: `update inventory.stock_items set lost = lost + 1 where item_id = 'B'`,
    breaks: [stockAddsUp],
  },
  {
    what: 'a returned parcel whose goods are not back',
    sql: `update shipping.shipments set state = 'returned' where order_id = '${LOST}'`,
    breaks: [parcelThatDidNotArriveIsSettled],
  },
  {
    what: 'goods that are back from a parcel that is still under way, and its order is over',
    sql: `update inventory.reservations set parcel = 'returned' where order_id = '${LOST}'; update inventory.stock_items set lost = 0, returned = 1, on_hand = 5 where item_id = 'B'; update shipping.shipments set state = 'dispatched' where order_id = '${LOST}'`,
    breaks: [reservationEndsWithItsOrder, parcelThatDidNotArriveIsSettled],
  },
  {
    what: 'an order that was paid for though its parcel was lost',
    sql: `update orders.orders set state = 'completed' where order_id = '${LOST}'; update orders.sagas set state = 'completed' where id = '${LOST}'; update payments.payments set state = 'captured' where order_id = '${LOST}'`,
    breaks: [completedOrderWasDelivered, parcelThatDidNotArriveIsSettled],
  },
  {
    what: 'an order that holds on after its parcel was lost',
    sql: `update orders.orders set state = 'awaiting-delivery' where order_id = '${LOST}'; update orders.sagas set state = 'awaiting-delivery', final = false where id = '${LOST}'`,
    breaks: [orderIsFinalOrWaiting, parcelThatDidNotArriveIsSettled],
  },
  {
    what: 'a change without a message',
    sql: `update orders.orders set version = version + 1 where order_id = '${ORDER}'`,
    breaks: [logTellsEveryChange],
  },
  {
    what: 'a lost message',
    sql: `update orders.outbox set key_version = 3 where aggregateid = '${ORDER}' and key_version = 2; update orders.orders set version = 3 where order_id = '${ORDER}'`,
    breaks: [logHasNoGaps],
  },
  {
    what: 'a message that was written twice',
    sql: message('orders', 'order', ORDER, 2),
    breaks: [logHasNoGaps],
  },
  {
    what: 'a parked message',
    sql: `insert into orders.subscriptions (subscription) values ('orders.x'); insert into orders.deferred_messages (subscription, log, key, generation, tick, seq, lane, state, envelope) values ('orders.x', 'catalog', 'A', 1, 1, 1, 0, 'parked', '{}')`,
    breaks: [nothingIsParked],
  },
  {
    what: 'a parked job',
    sql: `insert into payments.jobs (type, idempotency_key, payload, headers, parked_at) values ('payments.capture', 'x', '{}', '{}', now())`,
    breaks: [nothingIsParked],
  },
];

describe('the invariants', () => {
  let database: Clone;
  let admin: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    for (const sql of AT_REST) await admin.query(sql);
  });

  afterAll(async () => {
    await admin.end();
    await database.drop();
  });

  const modules = (): string[] => database.connections.map(({ module }) => module);
  const check = (asked: readonly Invariant[], patienceMs: number) =>
    checkInvariants({
      auditorUrl: database.connections[0].auditorUrl,
      modules: modules(),
      invariants: asked,
      patienceMs,
    });

  it('hold at rest, each after looking at something', async () => {
    const verdicts = await check(invariants, 0);
    expect(verdicts.flatMap(({ findings }) => findings)).toEqual([]);
    expect(verdicts.filter(({ examined }) => examined === 0).map(({ sentence }) => sentence)).toEqual([
      nothingIsParked.sentence,
    ]);
  });

  it('look at every table that counts messages, and say so', async () => {
    const { rows } = await admin.query<{ name: string }>(
      `select table_schema || '.' || table_name as name from information_schema.columns
       where table_schema = any ($1) and column_name = 'version' and data_type = 'integer' and table_name !~ '^outbox' order by 1`,
      [modules()],
    );
    const looked = aggregatesOf(AppModule).map(({ module, table }) => `${module}.${table}`);
    expect(rows.map(({ name }) => name).filter((name) => !name.endsWith('.sagas'))).toEqual(
      looked.filter((name) => !name.endsWith('.sagas')).sort(),
    );
    const sagas = topologyOf(AppModule).sagas.map(({ definition }) => definition.name);
    for (const name of [
      ...rows.map((row) => row.name).filter((table) => !table.endsWith('.sagas')),
      ...sagas,
    ])
      expect(logTellsEveryChange.sentence).toMatch(new RegExp(`[ :]${name}(,|$)`));
  });

  it.each(PLANTED)('notice $what', async ({ sql, breaks }) => {
    const broken = await planted(sql);
    expect(broken).toEqual(breaks.map(({ sentence }) => sentence));
  });

  it.each([
    ['a deadline', `update orders.sagas set deadline_at = now() + interval '1 hour' where id = '${WAITING}'`],
    [
      'the payment provider',
      `insert into payments.jobs (type, idempotency_key, payload, headers) values ('payments.capture', 'x', '{"orderId":"${WAITING}"}', '{}')`,
    ],
    [
      'a paused subscription',
      `insert into orders.subscriptions (subscription, paused) values ('orders.x', true)`,
    ],
  ])('let an order wait for %s', async (_what, sql) => {
    expect(await planted(`delete from shipping.shipments where order_id = '${WAITING}'; ${sql}`)).toEqual([]);
  });

  it('forgive what mends itself, and nothing that stays', async () => {
    let looks = 0;
    const mending = {
      sentence: 'mends itself',
      sql: () => `select 'x' as id, ${(looks += 1) === 1 ? `'wrong'` : 'null'} as problem`,
    };
    const moving = {
      sentence: 'is never wrong at the same place',
      sql: () => `select '${(looks += 1)}' as id, 'wrong' as problem`,
    };
    const staying = { sentence: 'stays', sql: () => `select 'x' as id, 'wrong' as problem` };
    const verdicts = await check([mending, moving, staying], 3_000);
    expect(verdicts.map(({ broken }) => broken)).toEqual([0, 0, 1]);
  });

  /** Plants something, tells what is broken, and takes it away again. */
  async function planted(sql: string): Promise<string[]> {
    await admin.query('begin');
    try {
      await admin.query(sql);
      const verdicts = await judge(admin, modules(), invariants);
      for (const { broken, findings } of verdicts) expect(findings).toHaveLength(broken);
      return verdicts.filter(({ broken }) => broken > 0).map(({ sentence }) => sentence);
    } finally {
      await admin.query('rollback');
    }
  }
});
