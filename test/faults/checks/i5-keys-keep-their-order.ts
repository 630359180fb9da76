import { type Check, sentences } from './check';
import { ALL_MESSAGES } from './logs';
import { NOTED } from './reactions';

export const keysKeepTheirOrder: Check = {
  invariant: 'I5',
  sentence: "no key's messages were handled out of order",
  async find(stage) {
    const marked = NOTED.filter(({ subscription }) =>
      ['orders.keep-prices', 'shipping.keep-address-book'].includes(subscription),
    );
    const found = [];
    for (const { subscription, messages, effects } of marked) {
      found.push(
        ...(await sentences(
          stage,
          `with m as (select key, mark, version, row_number() over (partition by key, mark order by version) as nth from (${messages}) each_message),
                e as (select key, mark, seq, row_number() over (partition by key, mark order by seq) as nth from (${effects}) each_effect),
                handled as (select key, version, lag(version) over (partition by key order by seq) as before from m join e using (key, mark, nth))
           select format('${subscription} handled version %s of %s after version %s', version, key, before) as what from handled where version < before`,
        )),
      );
    }
    return [...found, ...(await sentences(stage, BY_CAUSE)), ...(await sentences(stage, SPELLED))];
  },
};

/** Whatever is counted, ordered or held back for a key is so for one spelling of it. */
const SPELLED = `
  select format('the key %s of the log of %s has %s spellings: %s', lower(key), log, count(distinct key), string_agg(distinct key, ', ')) as what
  from (${ALL_MESSAGES}) m group by log, aggregatetype, lower(key) having count(distinct key) > 1`;

/**
 * What a message was answered with stands in the answerer's log in the order of handling, by one
 * subscription: inventory hears of the dispatch of a parcel and of its end in two. A payment's answers come
 * from jobs, and have none.
 */
const BY_CAUSE = `
  with messages as (${ALL_MESSAGES}),
  handled as (
    select a.log || case when a.type in ('inventory.stock-lost', 'inventory.stock-brought-back') then '.settle-parcels' else '' end as by, c.log, c.aggregatetype, c.key, c.key_version as version,
           lag(c.key_version) over (partition by a.log, a.type in ('inventory.stock-lost', 'inventory.stock-brought-back'), c.log, c.aggregatetype, c.key order by a.seq) as before
    from messages a join messages c on c.id = a.cause
    where a.type not like 'payments.payment-%'
  )
  select format('%s answered version %s of %s %s of the log of %s after version %s', by, version, aggregatetype, key, log, before) as what
  from handled where version < before`;
