import { DeferMessages } from '../../migrations/platform/0031-defer-messages';
import { migratedDatabase } from '../support/migrated-database';

const MODULE = 'shipping';
const RIGHTS = [
  {
    kind: 'table',
    name: 'held_messages',
    column: 'subject',
    grantee: 'r',
    privilege: 'INSERT',
    grantable: false,
  },
  { kind: 'table', name: 'held_messages', column: null, grantee: 'r', privilege: 'DELETE', grantable: false },
  {
    kind: 'table',
    name: 'shipments',
    column: 'subject',
    grantee: 'r',
    privilege: 'INSERT',
    grantable: false,
  },
];

describe('messages that were set aside under their old names', () => {
  const { query, stepsOf } = migratedDatabase();

  const objects = () =>
    query(
      `select conname::text as name from pg_constraint where conrelid in (to_regclass('held_messages'), to_regclass('deferred_messages'))
       union all select indexname::text from pg_indexes where schemaname = $1 and tablename in ('held_messages', 'deferred_messages')
       order by 1`,
      [MODULE],
    );
  const insertInto = (table: string, key: string, value: string) =>
    query(`insert into ${table} (subscription, log, ${key}, generation, tick, seq, lane, state, envelope)
           values ('shipping.commands', 'orders', '${value}', 1, 2, 3, 4, 'parked', '{"id": "x"}')`);

  it('keep everything, and so does what is known of rights that are withheld', async () => {
    const { up, down } = await stepsOf(MODULE, new DeferMessages());
    const later = await objects();
    expect(JSON.stringify(later)).not.toMatch(/held|subject/);

    await down();
    expect(JSON.stringify(await objects())).not.toMatch(/deferred|_key_/);
    await query(
      `insert into subscriptions (subscription) values ('shipping.commands') on conflict do nothing`,
    );
    await insertInto('held_messages', 'subject', 'a');
    await query('update placement set withheld = $1', [JSON.stringify(RIGHTS)]);
    await up();
    expect(await objects()).toEqual(later);
    expect(
      await query('select key, state, deferred_at is not null as "hasTime" from deferred_messages'),
    ).toEqual([{ key: 'a', state: 'parked', hasTime: true }]);
    expect(await query('select withheld from placement')).toEqual([
      {
        withheld: [
          { ...RIGHTS[0], name: 'deferred_messages', column: 'key' },
          { ...RIGHTS[1], name: 'deferred_messages' },
          RIGHTS[2],
        ],
      },
    ]);

    await down();
    expect(await query('select withheld from placement')).toEqual([{ withheld: RIGHTS }]);
    expect(await query('select subject from held_messages')).toEqual([{ subject: 'a' }]);
    await query(`update placement set withheld = '[]'`);
    await up();
    await insertInto('deferred_messages', 'key', 'b');
    expect(await query('select key from deferred_messages order by key')).toEqual([
      { key: 'a' },
      { key: 'b' },
    ]);
  });
});
