import type { Stage } from '../stage/stage';
import { asRead } from './check';

/** What one subscription makes of one kind of message, told from outside by what it leaves behind. */
export interface Reaction {
  readonly subscription: string;
  /** A query for `key` and `mark` of every message: what tells it from others with the same key, or null. */
  readonly messages: string;
  /** A query for `key` and `mark` of every effect. */
  readonly effects: string;
  /**
   * A condition for messages that need not have an effect: their process had turned round before they came.
   */
  readonly unless?: (key: string) => string;
}

const told = (
  types: readonly string[],
  { key = `payload ->> 'orderId'`, mark = 'null', where = 'true' } = {},
): string =>
  `select ${key} as key, (${mark})::text as mark, key_version as version from ${types[0].split('.')[0]}.outbox where type in (${types.map((type) => `'${type}'`).join()}) and ${where}`;
const sent = (type: string): string =>
  `select payload ->> 'orderId' as key, null::text as mark, key_version as version from orders.outbox where kind = 'command' and type = '${type}'`;
const noted = (subscription: string): string =>
  `select key, mark, seq from rig.effects where subscription = '${subscription}'`;
const answered = (subscription: string, command: string, ...answers: string[]): Reaction => ({
  subscription,
  messages: sent(command),
  effects: told(answers),
});

/** Called off by the customer or by a deadline: what comes afterwards is undone, or answered by nothing. */
const turnedRound = (key: string): string =>
  `exists (select from orders.sagas s where s.id = ${key} and (s.reason = 'cancelled-by-customer' or s.reason like '%-not-answered'))`;

/** Reactions whose effects are noted by the rig's triggers, one by one. */
export const NOTED: readonly Reaction[] = [
  {
    subscription: 'orders.keep-items',
    messages: told(['catalog.item-added', 'catalog.item-changed', 'catalog.item-withdrawn'], {
      key: 'aggregateid',
    }),
    effects: noted('orders.keep-items'),
  },
  {
    subscription: 'orders.keep-prices',
    messages: told(['pricing.price-changed'], {
      key: 'aggregateid',
      mark: `payload #>> '{unitPrice,amount}'`,
    }),
    effects: noted('orders.keep-prices'),
  },
  {
    subscription: 'shipping.keep-address-book',
    messages: told(['customers.customer-registered', 'customers.customer-address-changed'], {
      key: 'aggregateid',
      mark: `payload #>> '{address,line1}'`,
    }),
    effects: noted('shipping.keep-address-book'),
  },
  {
    subscription: 'inventory.keep-item-copy',
    messages: told(['catalog.item-added'], { key: 'aggregateid' }),
    effects: noted('inventory.keep-item-copy'),
  },
];

/** Every subscription with what it leaves behind. */
export const REACTIONS: readonly Reaction[] = [
  ...NOTED,
  {
    subscription: 'orders.fulfilment',
    messages: told(['orders.order-placed']),
    effects: told(['orders.order-completed', 'orders.order-rejected', 'orders.order-cancelled']),
  },
  {
    subscription: 'orders.fulfilment',
    messages: told(['payments.credit-reserved']),
    effects: `${sent('inventory.reserve-stock')} union all ${sent('payments.authorise-payment')}
      and not exists (select from orders.outbox r where r.type = 'inventory.reserve-stock' and r.aggregateid = outbox.aggregateid)`,
    unless: turnedRound,
  },
  {
    subscription: 'orders.fulfilment',
    messages: told(['shipping.shipment-delivered']),
    effects:
      sent('payments.capture-payment') +
      ` and exists (select from orders.outbox r where r.type = 'shipping.prepare-shipment' and r.aggregateid = outbox.aggregateid)`,
  },
  answered(
    'payments.commands',
    'payments.reserve-credit',
    'payments.credit-reserved',
    'payments.credit-refused',
  ),
  answered('payments.commands', 'payments.release-credit', 'payments.credit-released'),
  {
    ...answered(
      'payments.commands',
      'payments.authorise-payment',
      'payments.payment-authorised',
      'payments.payment-declined',
    ),
    unless: turnedRound,
  },
  answered('payments.commands', 'payments.capture-payment', 'payments.payment-captured'),
  answered(
    'inventory.commands',
    'inventory.reserve-stock',
    'inventory.stock-reserved',
    'inventory.stock-refused',
  ),
  answered('inventory.commands', 'inventory.release-stock', 'inventory.stock-released'),
  {
    ...answered('shipping.commands', 'shipping.prepare-shipment', 'shipping.shipment-prepared'),
    unless: turnedRound,
  },
  {
    subscription: 'inventory.dispatch-stock',
    messages: told(['shipping.shipment-dispatched']),
    effects: told(['inventory.stock-dispatched']),
  },
  {
    subscription: 'inventory.settle-parcels',
    messages: told(['shipping.shipment-lost', 'shipping.shipment-returned'], {
      mark: `(type = 'shipping.shipment-lost')`,
    }),
    effects: told(['inventory.stock-lost', 'inventory.stock-brought-back'], {
      mark: `(type = 'inventory.stock-lost')`,
    }),
  },
  {
    subscription: 'inventory.put-stock-back',
    messages: told(['orders.return-accepted'], {
      key: `payload ->> 'returnId'`,
      where: `payload -> 'lines' @> '[{"stockTracked": true}]'`,
    }),
    effects: told(['inventory.stock-returned'], { key: `payload ->> 'returnId'` }),
  },
  {
    subscription: 'payments.refund-returns',
    messages: told(['orders.return-accepted'], { key: `payload ->> 'returnId'` }),
    effects: told(['payments.payment-refunded'], { key: `payload ->> 'returnId'` }),
  },
];

export interface Uneven {
  readonly subscription: string;
  readonly key: string;
  readonly mark: string | null;
  readonly messages: number;
  readonly effects: number;
}

/**
 * Where the number of effects of these reactions differs from the number of messages, in one question; of all
 * of them by default.
 */
export function uneven(stage: Stage, reactions = REACTIONS): Promise<Uneven[]> {
  return stage.askAsSuperuser<Uneven>(
    asRead(
      stage,
      reactions
        .map(
          ({ subscription, messages, effects, unless = () => 'false' }) => `(
        select '${subscription}' as subscription, its.key, its.mark, its.messages, its.effects
        from (select key, mark, count(*)::int as n from (${messages}) each_message group by key, mark) m
        full join (select key, mark, count(*)::int as n from (${effects}) each_effect group by key, mark) e
          on (m.key, coalesce(m.mark, '')) = (e.key, coalesce(e.mark, ''))
        cross join lateral (
          select coalesce(m.key, e.key) as key, coalesce(m.mark, e.mark) as mark, coalesce(m.n, 0) as messages, coalesce(e.n, 0) as effects
        ) its
        where its.messages > its.effects and not ${unless('its.key')} or its.messages < its.effects
        limit 20)`,
        )
        .join('\nunion all\n'),
    ),
  );
}
