import type { StatsFs } from 'node:fs';
import fs from 'node:fs/promises';
import { withClient } from '../../src/platform/database/admin-client';
import { withDatabase, withLogin } from '../../src/platform/database/roles';
import { nameOf, type DatabaseTarget } from '../../src/platform/placement/database-target';
import { planOf, planPage } from '../../src/platform/extraction/plan/plan';
import { asOwner, asProcess, ask, MODULE, move, NO_CALLS, Places, settle } from './places';

describe('the plan of a move', () => {
  const places = new Places();
  let source: DatabaseTarget;
  let target: DatabaseTarget;

  beforeEach(async () => {
    source = await places.home();
    target = places.on();
  });
  afterEach(() => places.remove());

  const asSuperuser = (place: DatabaseTarget, sql: string): Promise<unknown> =>
    withClient(place.adminUrl, 'test', (client) => client.query(sql));
  const refusals = async (from = source, to = target, module = MODULE): Promise<string[]> =>
    (await planOf({ module, source: from, target: to }, NO_CALLS)).refusals;

  it('tells what would be done, and changes nothing', async () => {
    const plan = await planOf({ module: MODULE, source, target }, NO_CALLS);
    expect(plan).toMatchObject({
      module: MODULE,
      source: nameOf(source),
      target: nameOf(target),
      refusals: [],
      sessions: 0,
    });
    expect(plan.tables.map(({ table }) => table)).toContain('shipments');
    expect(planPage(plan).join('\n')).toContain(
      `1. prepare          roles, schema and migrations in ${nameOf(target)}`,
    );
    expect(await ask(source, 'select state from placement')).toEqual([{ state: 'active' }]);
    await expect(asSuperuser(target, 'select')).rejects.toThrow('does not exist');
  });

  it('tells what becomes of calls, and does nothing where they stand in the way', async () => {
    const calls = { refusals: ['clients wait'], warnings: ['handlers wait'] };
    const plan = await planOf({ module: MODULE, source, target }, calls);
    expect(plan).toMatchObject({ ...calls, tables: [] });
    expect(planPage(plan).slice(2)).toEqual([
      'What stands in the way:',
      '  - clients wait',
      '',
      'Mind:',
      '  - handlers wait',
    ]);
  });

  it('refuses a server of this machine whose disk is too small', async () => {
    const disk = jest.spyOn(fs, 'statfs').mockResolvedValue({ bavail: 10, bsize: 4096 } as StatsFs);
    try {
      expect(await refusals()).toEqual([
        expect.stringMatching(
          / has 1 MB of disk left, and shipping takes about \d+ MB there while it is copied\. Make room, or name another server\.$/,
        ),
      ]);
    } finally {
      disk.mockRestore();
    }
    expect(await refusals()).toEqual([]);
  });

  it('refuses to go nowhere', async () => {
    expect(await refusals(source, source)).toEqual([expect.stringContaining('to the same place')]);
  });

  it.each<[string, string, RegExp]>([
    [
      'a foreign key across modules',
      'create table pricing.of_item (id uuid references shipping.shipments)',
      /^The foreign key of_item_id_fkey in .* leads from pricing.of_item to shipping.shipments/,
    ],
    [
      'a function that passes the fence',
      `create function shipping.write() returns void security definer language sql as 'select'`,
      /^The function shipping.write\(\) in .* would pass the fence/,
    ],
    [
      'a materialised view',
      'create materialized view shipping.sums as select 1 as one',
      /^shipping.sums in .* is a materialised view/,
    ],
    [
      'a table of somebody else',
      'create table shipping.foreigner (id int); grant insert on shipping.foreigner to public',
      /^shipping.foreigner in .* belongs to postgres, and no migration makes it/,
    ],
    [
      'migrations that are missing',
      `delete from shipping.migrations where name like 'CreateMoves%'; drop table shipping.move_steps, shipping.moves, shipping.placement`,
      /is behind this code \(CreateMoves0000000000010\)\. Run: npm run migrate$/,
    ],
    [
      'migrations that this code does not know',
      `insert into shipping.migrations (timestamp, name) values (1, 'FromTheFuture')`,
      /was migrated by newer code \(FromTheFuture\)/,
    ],
    ['a schema that is not there', 'drop schema shipping cascade', /^There is no schema "shipping" in /],
  ])('refuses %s', async (_name, planted, refusal) => {
    await settle(source, ['pricing']);
    await asSuperuser(source, planted);
    expect(await refusals()).toEqual([expect.stringMatching(refusal)]);
  });

  it('refuses what has a right to write that the owner cannot take away', async () => {
    const { roles } = source;
    await asOwner(source, `grant insert on shipments to ${roles.auditor} with grant option`);
    await asSuperuser(
      source,
      `set role ${roles.auditor}; grant insert on shipping.shipments to ${roles.of(MODULE)}; reset role`,
    );
    expect(await refusals()).toEqual([
      expect.stringContaining(
        `was given to ${roles.of(MODULE)} by ${roles.auditor} and not by ${roles.owner}`,
      ),
    ]);
  });

  it('notices a table that no migration makes before anybody is shut out', async () => {
    await asOwner(source, 'create table by_hand (id int)', 'alter table shipments add by_hand int');
    await expect(move(source, target)).rejects.toThrow(
      /^The tables of shipping in .* are not those that its migrations make: by_hand, shipments\. /,
    );
    expect(await ask(source, 'select state from placement')).toEqual([{ state: 'active' }]);
  });

  it('refuses a target with data of its own, and takes one that is empty', async () => {
    await settle(target);
    expect(await refusals()).toEqual([]);
    await asOwner(target, `insert into address_copies values (gen_random_uuid(), '{"country": "X"}')`);
    expect(await refusals()).toEqual([
      `The schema "shipping" in ${nameOf(target)} already holds data of its own (address_copies). Name another database, or drop that schema if its data may go.`,
    ]);
    await expect(move(source, target)).rejects.toThrow('already holds data of its own');
    expect(await ask(source, 'select state from placement')).toEqual([{ state: 'active' }]);
  });

  it('refuses to move what does not live there any more, and to go back over a log that is further', async () => {
    await move(source, target);
    expect(await refusals()).toEqual([
      expect.stringContaining(`does not live in ${nameOf(source)} but in ${nameOf(target)}`),
    ]);
    await asOwner(source, 'update log_head set generation = 7');
    expect(await refusals(target, source)).toEqual([
      expect.stringMatching(/has a log of generation 7, and the one to be moved has only 2/),
    ]);
  });

  it('refuses a target with the copy of another home, and knows its own one by the moves', async () => {
    await asOwner(source, `insert into address_copies values (gen_random_uuid(), '{"country": "X"}')`);
    await move(source, target);
    await move(target, source);
    const stranger = await places.home();
    expect(await refusals(stranger)).toEqual([
      expect.stringContaining(
        `holds the copy of another one: it says that shipping lives in ${nameOf(source)}.`,
      ),
    ]);
    await asOwner(target, `update placement set elsewhere = 'the name it had before:5432/shipping'`);
    expect(await refusals()).toEqual([]);
  });

  it('refuses logins that may not do what it takes', async () => {
    const login = `${target.roles.database}_limited`;
    await asSuperuser(
      { ...target, adminUrl: withDatabase(target.adminUrl, 'postgres') },
      `create role ${login} login password 'limited'`,
    );
    const limited = { ...target, adminUrl: withLogin(target.adminUrl, login, 'limited') };
    expect(await refusals(source, limited)).toEqual([
      expect.stringContaining('does not exist, and this login may not create it'),
    ]);
    await settle(target);
    await asSuperuser(target, `grant connect on database ${target.roles.database} to ${login}`);
    expect(await refusals(source, limited)).toEqual([
      expect.stringContaining('may not create roles'),
      `The login to ${nameOf(target)} may not keep triggers from firing while it copies. As a superuser: grant set on parameter session_replication_role to ${login}`,
    ]);
    expect(await refusals(limited, source)).toEqual([
      expect.stringContaining(`may not act as ${target.roles.owner}`),
      expect.stringContaining(`may not end the sessions of ${target.roles.of(MODULE)}`),
    ]);
    await asSuperuser(target, `revoke connect on database ${target.roles.database} from ${login}`);
  });

  it('counts the sessions that it would shut out', async () => {
    await asProcess(source, async () => {
      expect((await planOf({ module: MODULE, source, target }, NO_CALLS)).sessions).toBeGreaterThan(0);
    });
  });
});
