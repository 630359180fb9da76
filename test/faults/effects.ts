import { withClient } from '../../src/platform/database/admin-client';

/** What one subscription must have made of one kind of message: as many effects as messages, for each key. */
interface Reaction {
  subscription: string;
  /** A query for the key of every message. */
  messages: string;
  /** A query for the key of every effect. */
  effects: string;
}

const told = (types: string[], key = `payload ->> 'orderId'`, where = 'true'): string =>
  `select ${key} as key from ${types[0].split('.')[0]}.outbox where type in (${types.map((type) => `'${type}'`).join()}) and ${where}`;
const command = (type: string): string =>
  `select payload ->> 'orderId' as key from orders.outbox where kind = 'command' and type = '${type}'`;
const answered = (subscription: string, sent: string, ...answers: string[]): Reaction => ({
  subscription,
  messages: command(sent),
  effects: told(answers),
});

/** Every subscription with what it leaves behind. Read from the tables, so that nothing here asks the code that it checks. */
const REACTIONS: readonly Reaction[] = [
  {
    subscription: 'shipping.keep-address-book',
    messages: told(['customers.customer-registered'], 'aggregateid'),
    effects: 'select customer_id::text as key from shipping.address_copies',
  },
  {
    subscription: 'inventory.keep-item-copy',
    messages: told(['catalog.item-added'], 'aggregateid'),
    effects: 'select item_id as key from inventory.item_copies',
  },
  {
    subscription: 'orders.keep-items',
    messages: told(['catalog.item-added'], 'aggregateid'),
    effects: 'select item_id as key from orders.item_copies',
  },
  {
    subscription: 'orders.keep-prices',
    messages: told(['pricing.price-changed'], 'aggregateid'),
    effects: 'select item_id as key from orders.price_copies',
  },
  {
    subscription: 'orders.fulfilment',
    messages: told(['orders.order-placed']),
    effects: told(['orders.order-completed', 'orders.order-rejected', 'orders.order-cancelled']),
  },
  {
    subscription: 'orders.fulfilment',
    messages: told(['payments.credit-reserved']),
    effects: `select key from (${command('inventory.reserve-stock')} union all ${withoutGoods()}) sent`,
  },
  answered('payments.commands', 'payments.reserve-credit', 'payments.credit-reserved', 'payments.credit-refused'),
  answered('payments.commands', 'payments.release-credit', 'payments.credit-released'),
  answered('payments.commands', 'payments.authorise-payment', 'payments.payment-authorised', 'payments.payment-declined'),
  answered('payments.commands', 'payments.capture-payment', 'payments.payment-captured'),
  answered('inventory.commands', 'inventory.reserve-stock', 'inventory.stock-reserved', 'inventory.stock-refused'),
  answered('inventory.commands', 'inventory.release-stock', 'inventory.stock-released'),
  answered('shipping.commands', 'shipping.prepare-shipment', 'shipping.shipment-prepared'),
  {
    subscription: 'inventory.dispatch-stock',
    messages: told(['shipping.shipment-dispatched']),
    effects: told(['inventory.stock-dispatched']),
  },
  {
    subscription: 'inventory.put-stock-back',
    messages: told(['orders.return-accepted'], `payload ->> 'returnId'`, `payload -> 'lines' @> '[{"stockTracked": true}]'`),
    effects: told(['inventory.stock-returned'], `payload ->> 'returnId'`),
  },
  {
    subscription: 'payments.refund-returns',
    messages: told(['orders.return-accepted'], `payload ->> 'returnId'`),
    effects: told(['payments.payment-refunded'], `payload ->> 'returnId'`),
  },
];

/** Orders of services only go from the credit straight to the payment. */
function withoutGoods(): string {
  return `select payload ->> 'orderId' as key from orders.outbox p where kind = 'command' and type = 'payments.authorise-payment'
    and not exists (select from orders.outbox r where r.type = 'inventory.reserve-stock' and r.aggregateid = p.aggregateid)`;
}

const MODULES_WITH_POSITIONS = ['inventory', 'orders', 'payments', 'shipping'];
const LOGS = ['customers', 'catalog', 'pricing', 'inventory', 'payments', 'shipping', 'orders'];

/** What was not handled exactly once, one sentence each; empty when all is well. Asks as the auditor. */
export function unequalEffects(auditorUrl: string): Promise<string[]> {
  return withClient(auditorUrl, 'fault test', async (client) => {
    const problems: string[] = [];
    for (const { subscription, messages, effects } of REACTIONS) {
      const { rows } = await client.query<{ key: string; messages: number; effects: number }>(
        `select key, coalesce(m.n, 0)::int as messages, coalesce(e.n, 0)::int as effects
         from (select key, count(*) as n from (${messages}) each_message group by key) m
         full join (select key, count(*) as n from (${effects}) each_effect group by key) e using (key)
         where m.n is distinct from e.n`,
      );
      for (const row of rows)
        problems.push(
          `${subscription} was sent ${row.messages} messages about ${row.key} and made ${row.effects} effects of them (${messages})`,
        );
    }
    for (const module of MODULES_WITH_POSITIONS) {
      const { rows: held } = await client.query<{ what: string }>(
        `select concat_ws(' ', subscription, state, subject, error) as what from ${module}.held_messages`,
      );
      problems.push(...held.map(({ what }) => `still held back: ${what}`));
      for (const log of LOGS) {
        const { rows } = await client.query<{ what: string }>(
          `select format('%s has not read %s of the log of ${log}', p.subscription, o.type) as what
           from ${module}.subscription_positions p
           join ${log}.ticks t on (t.generation, t.tick) = (p.generation, p.tick)
           left join ${log}.ticks n on (n.generation, n.tick) = (p.generation, p.tick + 1)
           join ${log}.outbox o on o.generation = p.generation and o.lane between p.first_lane and p.last_lane and not pg_visible_in_snapshot(o.xid, t.snapshot)
             and not (n.tick is not null and pg_visible_in_snapshot(o.xid, n.snapshot) and o.seq <= p.seq)
           where p.log = '${log}'`,
        );
        problems.push(...rows.map(({ what }) => what));
      }
    }
    const { rows: jobs } = await client.query<{ what: string }>(
      `select concat_ws(' ', type, idempotency_key, last_error) as what from payments.jobs`,
    );
    problems.push(...jobs.map(({ what }) => `job not done: ${what}`));
    return problems;
  });
}
