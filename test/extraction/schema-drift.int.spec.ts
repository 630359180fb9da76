import { withClient } from '../../src/platform/database/admin-client';
import { nameOf, type DatabaseTarget, withSession } from '../../src/platform/placement/database-target';
import { planOf } from '../../src/platform/extraction/plan/plan';
import { calledBy, driftOf } from '../../src/platform/extraction/plan/schema-drift';
import { asOwner, ask, MODULE, move, NO_CALLS, Places, undo } from './places';

/** One of each kind of what a hand can make in a module's schema: the statements, and how it is named. */
const BY_HAND: [statement: string, ...named: string[]][] = [
  ['create view late as select * from shipments', 'view late'],
  ['create index by_hand on shipments (order_id, state)', 'index by_hand'],
  ['alter table shipments add constraint told check (order_id is not null)', 'constraint told on shipments'],
  [
    `create function touch() returns trigger language plpgsql as $$ begin return new; end $$`,
    'function touch()',
  ],
  [
    'create trigger touched before update on shipments for each row execute function touch()',
    'trigger touched on shipments',
  ],
  ['create rule quiet as on delete to address_copies do instead nothing', 'rule quiet on address_copies'],
  ['create policy own on shipments using (true)', 'policy own on shipments'],
  ['alter table shipments enable row level security', 'row security shipments'],
  ['create sequence numbers', 'sequence numbers'],
  ['create statistics together on order_id, state from shipments', 'statistics together'],
  ['alter table shipments set (fillfactor = 70)', 'storage parameters shipments'],
  ['alter table shipments alter column order_id set statistics 500', 'settings of column shipments.order_id'],
  [`create type colour as enum ('red')`, 'type colour'],
  [
    'create domain positive as int check (value > 0)',
    'type positive',
    'constraint positive_check on positive',
  ],
  ["create collation plain (locale = 'C')", 'collation shipping.plain'],
  ['create table by_hand_table (id int primary key, note text)', 'table by_hand_table'],
  ['alter table shipments add by_hand int', 'column shipments.by_hand'],
  ['alter table shipments alter column lines drop not null', 'column shipments.lines'],
  [
    'alter default privileges in schema shipping grant truncate on tables to public',
    'right truncate on every new table to public',
  ],
  ['grant delete on shipments to public', 'right delete on shipments to public'],
  ['grant update (lines) on shipments to public', 'right update (lines) on shipments to public'],
  ['grant usage on schema shipping to public', 'right usage on the schema to public'],
  [`comment on table shipments is 'parcels'`, 'comment on table shipping.shipments'],
];

describe('what no migration makes', () => {
  const places = new Places();
  let source: DatabaseTarget;
  let target: DatabaseTarget;

  beforeEach(async () => {
    source = await places.home();
    target = places.on();
  });
  afterEach(() => places.remove());

  const drift = async (): Promise<{ added: string[]; missing: string[] }> => {
    const { added, missing } = await withSession(source, MODULE, (from) => driftOf(from, []));
    return { added: added.map(calledBy), missing: missing.map(calledBy) };
  };
  const plan = (leave?: string[]): Promise<{ refusals: string[]; warnings: string[] }> =>
    planOf({ module: MODULE, source, target, leave }, NO_CALLS);

  it('is nothing in a schema as its migrations make it, also after moves, and looking leaves nothing behind', async () => {
    expect(await drift()).toEqual({ added: [], missing: [] });
    await move(source, target);
    await move(target, source);
    expect(await drift()).toEqual({ added: [], missing: [] });
    expect(await ask(source, `select nspname from pg_namespace where nspname like 'seamline%'`)).toEqual([]);
  });

  it('is found, each kind of it by its name', async () => {
    await asOwner(source, ...BY_HAND.map(([statement]) => statement));
    await withClient(source.adminUrl, 'test', (client) =>
      client.query(
        'create publication changes for table shipping.outbox; create schema reports; create view reports.late as select shipment_id from shipping.shipments',
      ),
    );
    const expected = BY_HAND.flatMap(([, ...named]) => named);
    expect((await drift()).added.sort()).toEqual(
      [...expected, 'publication changes of outbox', 'view of another schema reports.late'].sort(),
    );
  });

  it('keeps a module from moving, unless it is named and may stay behind', async () => {
    await asOwner(
      source,
      'create view late as select * from shipments',
      `comment on table shipments is 'parcels'`,
    );
    const refusal = `The view late in ${nameOf(source)} is not made by any migration, and would be lost. Make it with a migration of the module's, or take it away; or leave it behind: --leave 'view late'`;
    expect(await plan()).toMatchObject({ refusals: [refusal] });
    expect(await plan(['view late'])).toMatchObject({
      refusals: [],
      warnings: [
        'the view late stays behind, as --leave says',
        'the comment on table shipping.shipments stays behind: no migration makes it',
      ],
    });
    expect(await plan(['view late', 'view early'])).toMatchObject({
      refusals: [
        `There is no "view early" in ${nameOf(source)} that no migration makes. Take it from --leave.`,
      ],
    });
  });

  it('cannot be left behind where rows depend on it', async () => {
    await asOwner(source, 'create table by_hand (id int)', 'alter table shipments add by_hand int');
    expect(await plan(['table by_hand', 'column shipments.by_hand'])).toMatchObject({
      refusals: [
        expect.stringMatching(/^The column shipments\.by_hand in .* or take it away\.$/),
        expect.stringMatching(/^The table by_hand in .* or take it away\.$/),
      ],
    });
  });

  it('is told where a hand has taken away what a migration makes', async () => {
    const [{ name }] = await ask<{ name: string }>(
      source,
      `select conname::text as name from pg_constraint where conrelid = 'outbox'::regclass and contype = 'c' order by 1 limit 1`,
    );
    await asOwner(
      source,
      `alter table outbox drop constraint ${name}`,
      `revoke delete on jobs from ${source.roles.of(MODULE)}`,
    );
    expect(await plan()).toMatchObject({
      refusals: [],
      warnings: [
        `the constraint ${name} on outbox is missing in ${nameOf(source)}; a migration makes it, so it will be there again`,
        `the right delete on jobs to the module is missing in ${nameOf(source)}; a migration makes it, so it will be there again`,
      ],
    });
  });

  it('is there already where the target has just the same', async () => {
    await move(source, target);
    await move(target, source);
    const index = 'create index by_hand on shipments (order_id, state)';
    await asOwner(source, index);
    expect((await plan()).refusals).toEqual([expect.stringContaining('The index by_hand')]);
    await asOwner(target, index);
    expect(await plan()).toMatchObject({ refusals: [] });
  });

  it('is noticed when it is made while the module moves', async () => {
    const progress = (table: string): void => {
      if (table === 'ticks') throw new Error('before the last table');
    };
    await expect(move(source, target, { progress })).rejects.toThrow('before the last table');
    await asOwner(source, 'create index by_hand on shipments (order_id, state)');
    await expect(move(source, target)).rejects.toThrow(
      'and would be lost: index by_hand. Undo the move with --rollback, and begin it again',
    );
    await undo(source, target);
    expect((await plan()).refusals).toEqual([expect.stringContaining('The index by_hand')]);
  });
});
