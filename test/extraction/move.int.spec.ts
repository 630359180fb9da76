import { withClient } from '../../src/platform/database/admin-client';
import { databaseOf, withDatabase } from '../../src/platform/database/roles';
import { keysAcross, type KeysAcross } from '../../src/platform/extraction/reconcile/key-versions';
import { nameOf, type DatabaseTarget, withSession } from '../../src/platform/placement/database-target';
import { requirePlacement } from '../../src/platform/placement/require-placement';
import { flawless, judge } from '../log/judge';
import { startTestServer } from '../support/test-server';
import { publish, publishUntilRefused, SEED_KEYS, Subscriber } from './keyed-writers';
import { ask, asOwner, asProcess, drop, MODULE, move, Places, rightsIn, settle, undo } from './places';

/**
 * One row of everything that belongs to a module besides its own tables and its log, and that a process holds
 * right now.
 */
const IN_HAND = [
  `insert into subscriptions (subscription) values ('shipping.test'), ('shipping.commands')`,
  `insert into subscription_positions (subscription, log, lane_group, first_lane, last_lane, generation, tick, seq, epoch, owner, leased_until)
   values ('shipping.test', 'shipping', 0, 0, 255, 1, 0, 0, 7, gen_random_uuid(), 'infinity'), ('shipping.commands', 'orders', 0, 0, 255, 3, 4711, 12, 2, null, '-infinity')`,
  `insert into subscription_workers values (gen_random_uuid(), 'infinity')`,
  `insert into deferred_messages (subscription, log, key, generation, tick, seq, lane, state, envelope) values ('shipping.commands', 'orders', 'a', 1, 2, 3, 4, 'parked', '{"id": "x"}')`,
  `insert into sagas (saga, id, state, facts, started_at, changed_at) values ('shipping.saga', '1', 'waiting', '{}', now(), now())`,
  `insert into idempotency_keys values ('POST /x', 'somebody', E'a key\\twith\\\\a tab\\nand a line', 'f', '{"a": "\\\\n"}', now())`,
  `insert into jobs (type, idempotency_key, payload, headers, claim, owner, locked_until) values ('shipping.job', '1', '{}', '{}', gen_random_uuid(), gen_random_uuid(), 'infinity')`,
];

const BURN = (count: number): string =>
  `do $$ begin for i in 1..${count} loop perform pg_current_xact_id(); commit; end loop; end $$`;

/** Waits for a copy that has come some way, and ends the session that is at it. */
const END_COPY_IN = (database: string): string => `
  set statement_timeout = '30s';
  do $$ begin
    loop
      perform pg_stat_clear_snapshot();
      perform pg_terminate_backend(pid) from pg_stat_progress_copy where datname = '${database}' and bytes_processed > 2000000;
      exit when found;
      perform pg_sleep(0.002);
    end loop;
  end $$`;

describe('a module that moves', () => {
  let other: Awaited<ReturnType<typeof startTestServer>>;
  const places = new Places();

  beforeAll(async () => {
    other = await startTestServer();
  });
  afterAll(async () => {
    await places.remove();
    await other?.stop();
  });

  const home = (): Promise<DatabaseTarget> => places.home([SEED_KEYS, ...IN_HAND]);

  /** There, back, and there again; writes come in between, and two subscribers read on where they stood. */
  const travel = async (first: DatabaseTarget, second: DatabaseTarget): Promise<void> => {
    const [slow, eager] = [new Subscriber(), new Subscriber()];
    const committed: string[] = [];
    const liveIn = (place: DatabaseTarget): Promise<void> =>
      asProcess(place, async (databases) => {
        const database = databases.of(MODULE);
        const writing = publish(database, 150);
        await eager.readOn(database);
        committed.push(...(await writing));
        await slow.readOn(database, 60);
        // The last ones are in no tick yet.
        committed.push(...(await publish(database, 10)));
      });
    await liveIn(first);
    for (const [source, target] of [
      [first, second],
      [second, first],
      [first, second],
    ]) {
      const report = await move(source, target, { copy: source === first ? 'replication' : 'snapshot' });
      expect(report.same).toBe(true);
      await expect(asProcess(source, (databases) => publish(databases.of(MODULE), 1))).rejects.toThrow(
        'permission denied',
      );
      await liveIn(target);
    }
    await asProcess(second, async (databases) => {
      await eager.readOn(databases.of(MODULE));
      await slow.readOn(databases.of(MODULE));
    });
    for (const subscriber of [slow, eager]) {
      expect(judge(subscriber.seen, new Set(committed))).toEqual(flawless);
      expect(subscriber.brokenKeys).toEqual([]);
    }
    expect(eager.position).toMatchObject({ generation: 4 });
    const across = (): Promise<KeysAcross> =>
      withSession(second, MODULE, (session) => keysAcross(session, 4));
    const { keys } = await across();
    expect(await across()).toEqual({ keys: expect.any(Number), broken: 0 });
    expect(keys).toBeGreaterThan(5);
    await asOwner(
      second,
      `delete from outbox where generation = 4 and seq = (select min(seq) from outbox where generation = 4)`,
    );
    expect((await across()).broken + keys - (await across()).keys).toBe(1);
  };

  it('loses no message, doubles none and keeps their order, between two databases of one server', async () => {
    await travel(await home(), places.on());
  });

  it('does so between servers of which one is far ahead of the other in its transactions', async () => {
    await withClient(withDatabase(other.adminUrl, 'postgres'), 'test', (client) =>
      client.query(BURN(200_000)),
    );
    const [behind, ahead] = [await home(), places.on(other.adminUrl)];
    await travel(behind, ahead);
    const [[low], [high]] = await Promise.all(
      [behind, ahead].map((place) => ask<{ xid: string }>(place, 'select pg_current_xact_id() as xid')),
    );
    expect(Number(high.xid)).toBeGreaterThan(Number(low.xid) + 100_000);
  });

  it('loses nothing of what is committed by processes that nobody has stopped: the fence does', async () => {
    const [first, second] = [await home(), places.on(other.adminUrl)];
    const subscriber = new Subscriber();
    const committed: string[] = [];
    for (const [source, target] of [
      [first, second],
      [second, first],
      [first, second],
    ]) {
      await asProcess(source, async (databases) => {
        const writing = publishUntilRefused(databases.of(MODULE));
        await subscriber.readOn(databases.of(MODULE), 50);
        expect((await move(source, target, { copy: 'replication' })).same).toBe(true);
        const published = await writing;
        expect(published).not.toEqual([]);
        committed.push(...published);
      });
    }
    await asProcess(second, (databases) => subscriber.readOn(databases.of(MODULE)));
    expect(judge(subscriber.seen, new Set(committed))).toEqual(flawless);
    expect(subscriber.brokenKeys).toEqual([]);
  });

  it('takes everything along, but holds nothing any more', async () => {
    const [source, target] = [await home(), places.on(other.adminUrl)];
    const report = await move(source, target);
    expect(Object.fromEntries(report.tables.map(({ table, rows }) => [table, rows]))).toMatchObject({
      deferred_messages: ['1', '1'],
      sagas: ['1', '1'],
      idempotency_keys: ['1', '1'],
      jobs: ['1', '1'],
      subscription_positions: ['2', '2'],
      subscription_workers: ['0', '0'],
      address_copies: ['20', '20'],
    });
    expect(report.positions).toEqual([
      {
        subscription: 'shipping.commands',
        log: 'orders',
        laneGroup: 0,
        position: ['3.4711.12', '3.4711.12'],
        left: null,
        adjoins: true,
      },
      {
        subscription: 'shipping.test',
        log: 'shipping',
        laneGroup: 0,
        position: ['1.0.0', '1.0.0'],
        left: ['0', '0'],
        adjoins: true,
      },
    ]);
    const held = `select (select count(*) from subscription_positions where owner is not null or leased_until > now())::int as leases,
      (select epoch from subscription_positions where subscription = 'shipping.test')::int as epoch, (select count(*) from jobs where claim is not null)::int as claims`;
    expect(await ask(target, held)).toEqual([{ leases: 0, epoch: 8, claims: 0 }]);
    expect(await ask(target, 'select key, answer from idempotency_keys')).toEqual([
      { key: 'a key\twith\\a tab\nand a line', answer: { a: '\\n' } },
    ]);
  });

  it('goes on with the numbers that were drawn, and computes what is computed', async () => {
    const [source, target] = [await home(), places.on(other.adminUrl)];
    await settle(target);
    // As if a migration made it.
    const table = `create table numbered (note text, doubled bigint generated always as (number * 2) stored, number bigint generated always as identity)`;
    await asOwner(
      source,
      table,
      `insert into numbered (note) select 'x' from generate_series(1, 5)`,
      'delete from numbered where number = 5',
    );
    await asOwner(target, table.replace('note text, ', ''), 'alter table numbered add note text');
    expect((await move(source, target)).same).toBe(true);
    await asProcess(target, (databases) =>
      databases.of(MODULE).query(`insert into numbered (note) values ('y')`),
    );
    expect(
      await ask(
        target,
        'select note, number::int, doubled::int from numbered where number > 3 order by number',
      ),
    ).toEqual([
      { note: 'x', number: 4, doubled: 8 },
      { note: 'y', number: 6, doubled: 12 },
    ]);
  });

  it('looks at the positions of others on its log, which stay where they are and must find their place in the copy', async () => {
    const [source, target] = [await home(), places.on(other.adminUrl)];
    await settle(source, ['orders']);
    const subscriber = new Subscriber();
    await asProcess(source, async (databases) => {
      await publish(databases.of(MODULE), 40);
      await subscriber.readOn(databases.of(MODULE), 15);
      await publish(databases.of(MODULE), 10);
    });
    const { tick, seq } = subscriber.position!;
    const standAt = (position: string): Promise<void> =>
      withSession(source, 'orders', async ({ client }) => {
        await client.query(`insert into subscriptions values ('orders.watch') on conflict do nothing`);
        await client.query(
          `insert into subscription_positions (subscription, log, lane_group, first_lane, last_lane, generation, tick, seq)
           values ('orders.watch', 'shipping', 0, 0, 255, ${position}) on conflict (subscription, log, lane_group) do update set tick = excluded.tick`,
        );
      });
    const readers = [{ module: 'orders', place: source }];
    await standAt(`1, 4711, 0`);
    await expect(move(source, target, { readers })).rejects.toThrow(
      'Different: the position of orders.watch on shipping.',
    );
    await standAt(`1, ${tick}, ${seq}`);
    await withSession(source, 'orders', ({ client }) =>
      client.query(`update subscription_positions set seq = ${seq}`),
    );
    const { positions } = await move(source, target, { readers });
    const written = await ask<{ count: string }>(source, 'select count(*) from outbox');
    const left = String(Number(written[0].count) - subscriber.seen.length);
    expect(positions.find(({ subscription }) => subscription === 'orders.watch')).toEqual({
      subscription: 'orders.watch',
      log: 'shipping',
      laneGroup: 0,
      position: [`1.${tick}.${seq}`, `1.${tick}.${seq}`],
      left: [left, left],
      adjoins: true,
    });
  });

  it('gives the new place the rights that it would have had, and leaves the old one readable and nothing more', async () => {
    const [source, target, fresh] = [await home(), places.on(), await home()];
    await move(source, target);
    const named = (rights: string[], place: DatabaseTarget): string[] =>
      rights
        .map((line) => line.replaceAll(place.roles.database, 'database'))
        .filter((line) => !line.startsWith('outbox_'));
    expect(named(await rightsIn(target), target)).toEqual(named(await rightsIn(fresh), fresh));
    await asProcess(source, async (databases) => {
      expect(await databases.of(MODULE).query('select count(*)::int as rows from address_copies')).toEqual([
        { rows: 20 },
      ]);
      for (const statement of [
        `select nextval('outbox_seq_seq')`,
        'truncate jobs',
        `select begin_generation()`,
        `update placement set state = 'active'`,
      ]) {
        await expect(databases.of(MODULE).query(statement)).rejects.toThrow('permission denied');
      }
    });
    expect(await ask(source, 'select state, elsewhere from placement')).toEqual([
      { state: 'moved', elsewhere: nameOf(target) },
    ]);
    expect(await ask(target, 'select state, elsewhere, withheld from placement')).toEqual([
      { state: 'active', elsewhere: null, withheld: [] },
    ]);
  });

  it('keeps processes from starting where the module does not live', async () => {
    const [source, target] = [await home(), places.on()];
    await asProcess(source, requirePlacement);
    await asOwner(source, `update placement set state = 'fenced', elsewhere = 'there'`);
    await expect(asProcess(source, requirePlacement)).rejects.toThrow(
      'The module "shipping" is on its way to there.',
    );
    await asOwner(source, `update placement set state = 'active', elsewhere = null`);
    await move(source, target);
    await expect(asProcess(source, requirePlacement)).rejects.toThrow(
      `The module "shipping" lives in ${nameOf(target)}, and what is here is a copy. Set SHIPPING_DATABASE_URL to that database`,
    );
    await asProcess(target, requirePlacement);
  });

  it('answers the same when it is asked again, and lets go of the old copy when it is told to', async () => {
    const [source, target] = [await home(), places.on()];
    const report = await move(source, target);
    expect(await move(source, target)).toEqual(JSON.parse(JSON.stringify(report)));
    await expect(undo(source, target)).rejects.toThrow('cannot be rolled back');
    await drop(source, target);
    await drop(source, target);
    expect(
      await ask(
        source,
        'select (select count(*) from outbox)::int as messages, (select count(*) from jobs)::int as jobs',
      ),
    ).toEqual([{ messages: 0, jobs: 0 }]);
    await move(target, source);
    expect(await ask(source, 'select (select count(*) from jobs)::int as jobs')).toEqual([{ jobs: 1 }]);
  });

  it('goes on after a copy that broke off, and copies no table twice', async () => {
    const [source, target] = [await home(), places.on()];
    const begun: string[] = [];
    const progress = (table: string): void => {
      begun.push(table);
      if (table === 'log_head' && begun.filter((name) => name === table).length === 1)
        throw new Error('broke off');
    };
    await expect(move(source, target, { progress })).rejects.toThrow('broke off');
    await expect(asProcess(target, (databases) => publish(databases.of(MODULE), 1))).rejects.toThrow(
      'permission denied',
    );
    expect((await move(source, target, { progress })).same).toBe(true);
    expect(begun.filter((name) => name === 'jobs')).toHaveLength(1);
    expect(begun.filter((name) => name === 'log_head')).toHaveLength(2);
  });

  it.each([
    ['new', (_source: DatabaseTarget, target: DatabaseTarget) => target],
    ['old', (source: DatabaseTarget) => source],
  ])('goes on after the %s place has broken off in the middle of a table', async (_name, choose) => {
    const [source, target] = [await home(), places.on(other.adminUrl)];
    await asOwner(
      source,
      `insert into idempotency_keys select 'POST /x', 'somebody', 'key ' || n, 'f', jsonb_build_object('text', repeat('x', 2000)), now() from generate_series(1, 30000) n`,
    );
    const { adminUrl } = choose(source, target);
    const breaking = withClient(withDatabase(adminUrl, 'postgres'), 'test', (client) =>
      client.query(END_COPY_IN(databaseOf(adminUrl))),
    );
    await expect(move(source, target)).rejects.toThrow(
      'The table shipping.idempotency_keys was not copied to its end: ',
    );
    await breaking;
    expect((await move(source, target)).same).toBe(true);
    expect(await ask(target, 'select count(*)::int as rows from idempotency_keys')).toEqual([
      { rows: 30_001 },
    ]);
  });

  it('stops before it is switched when anything differs, can be rolled back, and moved then', async () => {
    const [source, target] = [await home(), places.on()];
    const rights = await rightsIn(source);
    const check = jest.fn(async () => undefined);
    const progress = (table: string): void => {
      if (table === 'ticks') throw new Error('before the last table');
    };
    await expect(move(source, target, { progress, check })).rejects.toThrow('before the last table');
    await asOwner(
      target,
      `delete from address_copies where customer_id = (select min(customer_id::text)::uuid from address_copies)`,
      `update subscription_positions set seq = 5 where log = 'orders'`,
    );
    await expect(move(source, target, { check })).rejects.toThrow(
      /the table address_copies \(rows: 20 and 19\), the table subscription_positions .* the position of shipping.commands on orders\.\nRoll back/,
    );
    expect(await ask(source, 'select state from placement')).toEqual([{ state: 'fenced' }]);
    for (const place of [source, target])
      await expect(asProcess(place, (databases) => publish(databases.of(MODULE), 1))).rejects.toThrow(
        'permission denied',
      );
    await expect(move(source, target)).rejects.toThrow('The module was not switched over'.slice(4));
    await undo(source, target);
    expect(await rightsIn(source)).toEqual(rights);
    expect(
      await ask(target, 'select state, (select count(*) from address_copies)::int as rows from placement'),
    ).toEqual([{ state: 'moved', rows: 0 }]);
    await asProcess(source, (databases) => publish(databases.of(MODULE), 20));
    expect((await move(source, target)).same).toBe(true);
    expect(check).toHaveBeenCalledTimes(1);
  });
});
