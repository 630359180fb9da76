import { calm } from '../faults/calm';
import { type SetStage, setStage } from '../set-stage';
import { clearTemplate } from '../stage/template';
import { playTrial } from '../trial';
import { allChecks } from './all-checks';
import type { InvariantName } from './check';

/** A completed order with goods: services leave neither a reservation nor a parcel to be damaged. */
const ORDER = `(select o.order_id from orders.orders o join inventory.reservations using (order_id) where o.state = 'completed' order by o.order_id limit 1)`;

/** Damage that is done to a database in which all is well, and the invariants that it must violate. */
const DAMAGE: readonly { what: string; sql: string; violates: InvariantName[] }[] = [
  {
    what: 'an accepted order that is gone',
    sql: `set local session_replication_role = replica; delete from orders.orders where order_id = ${ORDER}`,
    violates: ['I1', 'I4'],
  },
  {
    what: 'an order that nobody was told of',
    sql: `insert into orders.orders select gen_random_uuid(), customer_id, currency, total, 'rejected', lines, history, placed_at, 1 from orders.orders where state = 'rejected' limit 1`,
    violates: ['I1'],
  },
  {
    what: 'an order with another line',
    sql: `update orders.orders set lines = jsonb_set(lines, '{0,quantity}', '99') where order_id = ${ORDER}`,
    violates: ['I1', 'I4'],
  },
  {
    what: 'an accepted return that is gone',
    sql: `delete from orders.order_returns`,
    violates: ['I1', 'I4'],
  },
  {
    what: 'a refused request that left its key',
    sql: `update orders.idempotency_keys set key = 't0-6' where key = 't0-0'`,
    violates: ['I1'],
  },
  {
    what: 'news that were acknowledged and not published',
    sql: `delete from pricing.outbox where aggregateid = 'NEWS-1' and key_version = 3; delete from rig.effects where key = 'NEWS-1'`,
    violates: ['I1', 'I2'],
  },
  {
    what: 'a message that a subscription never handled',
    sql: `delete from rig.effects where seq = (select max(seq) from rig.effects where subscription = 'orders.keep-prices')`,
    violates: ['I2'],
  },
  {
    what: 'an effect of a message that was never committed',
    sql: `insert into rig.effects (subscription, key, mark) values ('orders.keep-prices', 'NEWS-1', '999999')`,
    violates: ['I2'],
  },
  {
    what: 'a reaction to a message that was never committed',
    sql: `update payments.outbox set headers = jsonb_set(headers, '{causationId}', to_jsonb(gen_random_uuid())) where seq = (select min(seq) from payments.outbox where headers ? 'causationId')`,
    violates: ['I2'],
  },
  {
    what: 'a message that was handled twice',
    sql: `insert into rig.effects (subscription, key, mark) select subscription, key, mark from rig.effects where subscription = 'shipping.keep-address-book' order by seq desc limit 1`,
    violates: ['I3'],
  },
  {
    what: 'a command that was answered twice',
    sql: `insert into payments.outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
          select generation, gen_random_uuid(), kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version + 100
          from payments.outbox where type = 'payments.credit-reserved' limit 1`,
    violates: ['I3'],
  },
  {
    what: 'stock that nobody received',
    sql: `update inventory.stock_items set received = received + 1, on_hand = on_hand + 1 where item_id = 'MUG'`,
    violates: ['I1', 'I4'],
  },
  {
    what: 'a reservation that outlives its order',
    sql: `update inventory.reservations set state = 'reserved', shipment_id = null where order_id = ${ORDER}`,
    violates: ['I4'],
  },
  {
    what: 'credit that nobody holds',
    sql: `update payments.credit_accounts set held = held + 1`,
    violates: ['I4'],
  },
  {
    what: 'a payment in another currency than its order',
    sql: `update payments.payments set currency = 'EUR'`,
    violates: ['I4'],
  },
  {
    what: 'a completed order that was not paid for',
    sql: `update payments.payments set state = 'voided', refunds_requested = 0, refunded = 0 where order_id = ${ORDER}`,
    violates: ['I4'],
  },
  {
    what: 'a completed order whose parcel is still on its way',
    sql: `update shipping.shipments set state = 'dispatched', delivered_at = null where state = 'delivered'`,
    violates: ['I1', 'I4'],
  },
  {
    what: 'goods of a lost parcel that do not count as lost',
    sql: `update inventory.stock_items set lost = 0`,
    violates: ['I4'],
  },
  {
    what: 'a parcel that was reported lost and is still on its way',
    sql: `update shipping.shipments set state = 'dispatched' where state = 'lost'`,
    violates: ['I1', 'I4'],
  },
  {
    what: 'a parcel that came back, and its goods did not',
    sql: `update inventory.stock_items set on_hand = on_hand - returned, returned = 0`,
    violates: ['I4'],
  },
  {
    what: 'a parcel that is lost, and its order was paid for',
    sql: `update payments.payments set state = 'captured' where order_id = (select order_id from shipping.shipments where state = 'lost' limit 1)`,
    violates: ['I4'],
  },
  {
    what: 'a loss that inventory never heard of',
    sql: `delete from inventory.outbox where type = 'inventory.stock-lost'`,
    violates: ['I2'],
  },
  {
    what: "a key's messages handled in another order",
    sql: `update rig.effects e set mark = other.mark from rig.effects other
          where e.subscription = 'orders.keep-prices' and other.subscription = e.subscription and e.key = 'NEWS-2' and other.key = e.key
            and e.mark in (select mark from rig.effects where key = 'NEWS-2' and subscription = 'orders.keep-prices' order by seq desc limit 2)
            and other.mark in (select mark from rig.effects where key = 'NEWS-2' and subscription = 'orders.keep-prices' order by seq desc limit 2)
            and other.mark <> e.mark`,
    violates: ['I5'],
  },
  {
    what: 'commands answered in another order',
    sql: `with pair as (
            select a.id as first, b.id as last, a.headers as first_headers, b.headers as last_headers from inventory.outbox a
            join inventory.outbox b on b.aggregateid = a.aggregateid and b.type = 'inventory.stock-released'
            where a.type = 'inventory.stock-reserved' limit 1)
          update inventory.outbox o set headers = case o.id when p.first then p.last_headers else p.first_headers end from pair p where o.id in (p.first, p.last)`,
    violates: ['I5'],
  },
  {
    what: 'a process that did not end',
    sql: `update orders.sagas set final = false where id = ${ORDER}::text`,
    violates: ['I6'],
  },
  {
    what: 'a job that is not done',
    sql: `insert into payments.jobs (type, idempotency_key, payload, headers) values ('payments.capture', 'x', '{}', '{}')`,
    violates: ['I6'],
  },
  {
    what: 'a message that is held back',
    sql: `insert into orders.deferred_messages (subscription, log, key, generation, tick, seq, lane, state, envelope) values ('orders.keep-prices', 'pricing', 'A', 1, 1, 1, 0, 'queued', '{}')`,
    violates: ['I6'],
  },
];

describe('The checks of the fault suite', () => {
  let set: SetStage;

  beforeAll(async () => {
    set = await setStage({}, 'one-process');
  });
  afterAll(async () => {
    await set?.stage.clear();
    await clearTemplate();
  });

  const violated = async (): Promise<InvariantName[]> => {
    const found: InvariantName[] = [];
    for (const { invariant, find } of allChecks)
      if ((await find(set.stage, set.record)).length > 0) found.push(invariant);
    return found;
  };

  it('find nothing where nothing is broken', async () => {
    const { violations } = await playTrial({ set, fault: calm, seed: 5, trial: 0 });
    expect(violations).toEqual([]);
    expect(set.record.orders.size).toBe(12);
  });

  it.each(DAMAGE)('find $what', async ({ sql, violates }) => {
    const { stage } = set;
    await stage.askAsSuperuser('begin');
    try {
      await stage.askAsSuperuser(sql);
      expect(await violated()).toEqual(expect.arrayContaining(violates));
    } finally {
      await stage.askAsSuperuser('rollback');
    }
  });

  it('find what the rig was told and cannot be', async () => {
    set.record.contradictions.push('two orders for one key');
    expect(await violated()).toEqual(['I3']);
    set.record.contradictions.pop();
  });

  it('find a process that has ended', async () => {
    await set.stage.hosts[0].kill();
    expect(await violated()).toEqual(['I7']);
  });
});
