import type { DataSource } from 'typeorm';
import { copyAhead, type CopyOptions, copyRemaining } from '../../src/platform/extraction/copy/copy-ahead';
import {
  nameOf,
  type DatabaseTarget,
  type Session,
  withSession,
} from '../../src/platform/placement/database-target';
import { planOf, planPage } from '../../src/platform/extraction/plan/plan';
import { prepareTarget } from '../../src/platform/extraction/prepare-target';
import { beginMove } from '../../src/platform/extraction/database/move-journal';
import { flawless, judge } from '../log/judge';
import { startTestServer } from '../support/test-server';
import { PERMISSION_DENIED, publish, publishUntilRefused, SEED_KEYS, Subscriber } from './keyed-writers';
import {
  ask,
  asOwner,
  asProcess,
  leftBehind,
  MODULE,
  move,
  NO_CALLS,
  Places,
  settle,
  silent,
  undo,
} from './places';

/** Enough for the copy to take a while. */
const BULK = `insert into idempotency_keys
  select 'POST /x', 'somebody', 'key ' || n, 'f', jsonb_build_object('text', repeat('x', 500)), now() from generate_series(1, 20000) n`;

/** The new place cannot take over what carries this key. */
const REFUSE_POISON = [
  `create function refuse_poison() returns trigger language plpgsql as $$ begin raise 'poison'; end $$`,
  `create trigger refuse_poison before insert on idempotency_keys for each row when (new.key = 'poison') execute function refuse_poison()`,
  'alter table idempotency_keys enable always trigger refuse_poison',
];
const POISON = `insert into idempotency_keys values ('POST /x', 'somebody', 'poison', 'f', '{}', now())`;

/** Writes to tables of every kind but the log, in every way, until it is refused. */
async function churnUntilRefused(database: DataSource): Promise<void> {
  for (let n = 1; ; n += 1) {
    try {
      await database.query(
        `insert into idempotency_keys values ('POST /churn', 'somebody', 'churn ${n}', 'f', '{"n": ${n}}', now())`,
      );
      await database.query(
        `update idempotency_keys set answer = '{"again": ${n}}' where key in ('churn ${n - 1}', 'key ${n}')`,
      );
      await database.query(
        `delete from idempotency_keys where key in ('churn ${n - 3}', 'key ${n + 5_000}')`,
      );
      await database.query(
        `insert into jobs (type, idempotency_key, payload, headers) values ('shipping.job', '${n}', '{}', '{}')`,
      );
      await database.query(`delete from jobs where idempotency_key <> '${n}'`);
    } catch (error) {
      if ((error as { code?: string }).code === PERMISSION_DENIED) return;
      throw error;
    }
  }
}

describe('a module that is copied while it goes on', () => {
  let other: Awaited<ReturnType<typeof startTestServer>>;
  const places = new Places();

  beforeAll(async () => {
    other = await startTestServer();
  });
  afterAll(async () => {
    await places.remove();
    await other?.stop();
  });

  const home = (serverUrl?: string): Promise<DatabaseTarget> => places.home([SEED_KEYS], serverUrl);
  const nothingIsLeftIn = async (...ends: DatabaseTarget[]): Promise<void> => {
    for (const place of ends) expect(await leftBehind(place)).toEqual([]);
  };
  /** The step itself, behind the one before it. */
  const prepared = <T>(
    source: DatabaseTarget,
    target: DatabaseTarget,
    work: (options: CopyOptions) => Promise<T>,
  ): Promise<T> =>
    withSession(source, MODULE, async (from: Session) => {
      const begun = await beginMove(from, target);
      await prepareTarget({ source: from, target, move: begun, log: silent });
      return withSession(target, MODULE, (to) =>
        work({ source: from, target: to, move: begun, wish: 'replication', log: silent, progress: silent }),
      );
    });

  it.each([
    ['servers', () => other.adminUrl],
    ['databases of one server', () => undefined],
  ])(
    'loses no message, doubles none and turns none round that is published meanwhile, between two %s',
    async (_ends, serverUrl) => {
      const [source, target] = [await home(), places.on(serverUrl())];
      await asOwner(source, BULK);
      const subscriber = new Subscriber();
      const committed: string[] = [];
      await asProcess(source, async (databases) => {
        const database = databases.of(MODULE);
        committed.push(...(await publish(database, 50)));
        const writing = Promise.all([publishUntilRefused(database), churnUntilRefused(database)]);
        await subscriber.readOn(database, 20);
        expect((await move(source, target, { copy: 'replication' })).same).toBe(true);
        committed.push(...(await writing)[0]);
      });
      const [{ streamed }] = await ask<{ streamed: number }>(
        target,
        `select (select count(*) from outbox)::int - (select (facts ->> 'rows')::int from move_steps where step = 'copy outbox') as streamed`,
      );
      expect(streamed).toBeGreaterThan(0);
      await nothingIsLeftIn(source, target);
      await asProcess(target, async (databases) => {
        committed.push(...(await publish(databases.of(MODULE), 20)));
        await subscriber.readOn(databases.of(MODULE));
      });
      expect(judge(subscriber.seen, new Set(committed))).toEqual(flawless);
      expect(subscriber.brokenKeys).toEqual([]);
    },
  );

  it('stops at what the new place cannot take over, and goes on there when it can, without copying anything twice', async () => {
    const [source, target] = [await home(), places.on(other.adminUrl)];
    await settle(target);
    await asOwner(target, ...REFUSE_POISON);
    for (const place of [source, target]) await asOwner(place, 'create sequence numbers');
    await prepared(source, target, async (options) => {
      const progress = jest.fn();
      const beforehand = await copyAhead({ ...options, progress });
      expect(beforehand).toMatchObject({ method: 'replication', copied: { rows: 24 } });
      await asOwner(source, POISON, `select nextval('numbers') from generate_series(1, 7)`);
      await expect(copyRemaining(options, beforehand)).rejects.toThrow(
        `${nameOf(target)} has stopped taking over the changes of shipping at an error, which is in the log of that server.`,
      );
      await asOwner(target, 'drop trigger refuse_poison on idempotency_keys');
      progress.mockClear();
      expect(await copyAhead({ ...options, progress })).toEqual(beforehand);
      expect(progress).not.toHaveBeenCalled();
      await copyRemaining(options, beforehand);
      await copyRemaining(options, beforehand);
    });
    expect(
      await ask(target, 'select key, (select last_value from numbers)::int as drawn from idempotency_keys'),
    ).toEqual([{ key: 'poison', drawn: 7 }]);
    await nothingIsLeftIn(source, target);
  });

  it('says what happened when the old server has given the changes up, and leaves nothing behind when that is rolled back', async () => {
    const [source, target] = [await home(), places.on(other.adminUrl)];
    await prepared(source, target, async (options) => {
      const beforehand = await copyAhead(options);
      await options.source.client.query('reset role');
      await options.source.client.query(`
        do $$ begin
          while exists (select from pg_replication_slots where database = current_database()) loop
            perform pg_terminate_backend(active_pid) from pg_replication_slots where database = current_database();
            begin
              perform pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database();
            exception when object_in_use then null;
            end;
          end loop;
        end $$`);
      await options.source.client.query(`set role "${source.roles.owner}"`);
      await expect(copyRemaining(options, beforehand)).rejects.toThrow(
        /its replication slot or the subscription to it was removed.* Undo the move with --rollback/,
      );
    });
    await undo(source, target);
    await undo(source, target);
    await nothingIsLeftIn(source, target);
    expect((await move(source, target, { copy: 'replication' })).same).toBe(true);
  });

  it('is copied behind the fence where a table has no key, which is said, and can go on being written to', async () => {
    const [source, target] = [await home(), places.on(other.adminUrl)];
    await settle(target);
    for (const place of [source, target]) await asOwner(place, 'create table plain (note text)');
    const because = `shipping.plain in ${nameOf(source)} has no primary key. Give it one, or: alter table shipping.plain replica identity full`;
    const plan = await planOf({ module: MODULE, source, target }, NO_CALLS);
    expect(plan.copy).toEqual({ method: 'snapshot', because: [because] });
    expect(planPage(plan).join('\n')).toContain(because);
    const asked = await planOf({ module: MODULE, source, target, copy: 'replication' }, NO_CALLS);
    expect(asked.refusals).toEqual([because]);
    const log = jest.fn();
    expect((await move(source, target, { copy: undefined, log })).same).toBe(true);
    expect(log).toHaveBeenCalledWith(`the rows are copied behind the fence: ${because}`);

    await asOwner(target, 'alter table plain replica identity full', `insert into plain values ('x')`);
    await prepared(target, source, async (options) => {
      const beforehand = await copyAhead(options);
      await asOwner(target, `update plain set note = 'y'`);
      await copyRemaining(options, beforehand);
    });
    expect(await ask(source, 'select note from plain')).toEqual([{ note: 'y' }]);
  });

  it('is copied behind the fence where the servers do not offer what it takes, and says what that is', async () => {
    const small = await startTestServer({
      wal_level: 'replica',
      max_replication_slots: '0',
      max_wal_senders: '0',
      max_logical_replication_workers: '0',
    });
    try {
      const [there, here] = [await home(small.adminUrl), await home()];
      const because = async (source: DatabaseTarget, target: DatabaseTarget): Promise<string[] | undefined> =>
        (await planOf({ module: MODULE, source, target }, NO_CALLS)).copy?.because;
      expect(await because(there, places.on(other.adminUrl))).toEqual([
        `${nameOf(there)} has wal_level=replica. Set it to logical and restart that server.`,
        `${nameOf(there)} has no replication slot free. Raise max_replication_slots, or drop a slot that is not used.`,
        `${nameOf(there)} has no WAL sender free. Raise max_wal_senders.`,
      ]);
      const target = places.on(small.adminUrl);
      expect(await because(here, target)).toContain(
        `${nameOf(target)} has no worker free for a subscription. Raise max_logical_replication_workers and max_worker_processes.`,
      );
      expect((await move(here, target, { copy: undefined })).same).toBe(true);
    } finally {
      await small.stop();
    }
  });
});
