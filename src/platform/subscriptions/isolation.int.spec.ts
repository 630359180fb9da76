import { IsInt, IsUUID } from 'class-validator';
import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { ModuleUnreachable } from '../messages/module-unreachable';
import { withClient } from '../database/admin-client';
import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import { contractOf, EventContract } from '../messages/contract';
import { LogReader } from '../log/log-reader';
import { LogSignal } from '../unit-of-work/log-signal';
import { EventMessage } from '../messages/message';
import { laneOf } from '../unit-of-work/outbox';
import { subscriptionDefinition } from '../messages/subscription';
import { LeaseKeeper } from './lease-keeper';
import { type Patience, PATIENCE } from './patience';
import { spareConnections } from './spare-connections';
import { type DeferredMessageView, SubscriptionOperations } from './subscription-operations';
import { SubscriptionWorker } from './subscription-worker';

@EventContract('orders.seen', { version: 1 })
class Seen extends EventMessage<Seen> {
  @IsUUID()
  readonly key!: string;

  @IsInt()
  readonly number!: number;
}

const LEASE_MS = 3_000;
const AT_ONCE: Patience = { tries: 2, triesForMs: 0, failures: 3, failingForMs: 0 };

/** A key whose lane is in the first of the four lane groups of a subscription. */
function keyOfFirstGroup(): string {
  for (;;) {
    const key = uuidv7();
    if (laneOf(key) < 64) return key;
  }
}

describe('A message that fails alone', () => {
  let test: TestDatabase;
  let admin: Client;
  let work: UnitOfWork;
  let signal: LogSignal;
  let reader: LogReader;
  let worker: SubscriptionWorker;
  let stop: (() => Promise<void>) | undefined;
  let operations: SubscriptionOperations;

  beforeAll(async () => {
    test = await openTestDatabase(['orders', 'shipping']);
    admin = new Client({ connectionString: test.adminUrl });
    admin.on('error', () => undefined);
    await admin.connect();
    await admin.query(`
      create table shipping.effects (subscription text, key text, number int, place bigint generated always as identity);
      create table shipping.accounts (key text primary key, touched int not null default 0);
      create table shipping.was_held (subscription text, state text);
      create function shipping.remember() returns trigger language plpgsql security definer as
        'begin insert into shipping.was_held values (new.subscription, new.state); return new; end';
      create trigger remember after insert or update on shipping.deferred_messages for each row execute function shipping.remember();
      grant all on shipping.effects, shipping.accounts to public`);
    signal = new LogSignal();
    work = test.unitOfWork(signal);
    operations = new SubscriptionOperations(test.databases);
    reader = new LogReader('orders', test.databases.of('orders'), { pollMs: [5, 50], cacheSize: 100 });
    signal.listen('orders', () => reader.signal());
    await reader.start();
  });

  afterEach(async () => {
    await stop?.();
    stop = undefined;
  });

  afterAll(async () => {
    await reader.stop();
    await admin.end();
    await test.close();
  });

  const publish = (key: string, ...numbers: number[]): Promise<void> =>
    work.run('orders', async () => {
      for (const number of numbers)
        work.append({
          message: new Seen({ key, number }),
          aggregateType: 'test',
          aggregateId: key,
          keyVersion: number,
        });
    });

  /** Starts a subscription that runs `before` and then writes one row for each message. */
  async function subscribe(
    name: string,
    before: (message: Seen) => Promise<void> | void,
    patience = PATIENCE,
  ): Promise<void> {
    const database = test.databases.of('shipping');
    const keepers: LeaseKeeper[] = [];
    worker = new SubscriptionWorker(
      {
        definition: subscriptionDefinition(name, { maxAttempts: 2, startAt: 'now' }),
        module: 'shipping',
        handledBy: 'test',
        contracts: new Map([['orders.seen', contractOf(Seen)]]),
        logs: ['orders'],
        handle: async (message) => {
          const { key, number } = message as Seen;
          await before(message as Seen);
          await work.manager.query('insert into effects (subscription, key, number) values ($1, $2, $3)', [
            name,
            key,
            number,
          ]);
        },
      },
      reader,
      work,
      LEASE_MS,
      (self) => keepers[0].reload(self),
      () => spareConnections(database),
      patience,
    );
    keepers.push(new LeaseKeeper('shipping', database, [worker], LEASE_MS));
    await keepers[0].start();
    stop = () => keepers[0].stop();
  }

  const effects = async (name: string): Promise<string[]> => {
    const { rows } = await admin.query<{ key: string; number: number }>(
      'select key, number from shipping.effects where subscription = $1 order by place',
      [name],
    );
    return rows.map(({ key, number }) => `${key} ${number}`).sort();
  };
  const held = async (name: string): Promise<DeferredMessageView[]> =>
    (await operations.deferred()).filter(({ subscription }) => subscription === name);
  const statesOf = async (name: string): Promise<string[]> => (await held(name)).map(({ state }) => state);
  const wasHeld = async (name: string): Promise<string[]> => {
    const { rows } = await admin.query<{ state: string }>(
      'select state from shipping.was_held where subscription = $1',
      [name],
    );
    return rows.map(({ state }) => state);
  };

  it('because its handler caught the error of a statement is parked, with the error of that statement', async () => {
    const [bad, good] = [keyOfFirstGroup(), keyOfFirstGroup()];
    await subscribe('shipping.swallow', async ({ key }) => {
      if (key === bad) await work.manager.query('select 1 / 0').catch(() => undefined);
    });
    await publish(bad, 1, 2);
    await publish(good, 1);
    await eventually(async () => expect(await statesOf('shipping.swallow')).toEqual(['parked', 'queued']));
    expect(await held('shipping.swallow')).toMatchObject([
      {
        key: bad,
        attempts: 2,
        transientFailures: 0,
        error: expect.stringMatching(/was caught: division by zero/) as string,
      },
      { key: bad },
    ]);
    await eventually(async () => expect(await effects('shipping.swallow')).toEqual([`${good} 1`]));
  });

  it('because something else holds its row leaves all others to be handled, and is handled when the row is free', async () => {
    const locked = keyOfFirstGroup();
    const others = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? keyOfFirstGroup() : uuidv7()));
    await admin.query('insert into shipping.accounts (key) select unnest($1::text[])', [[locked, ...others]]);
    await subscribe('shipping.locked', async ({ key }) => {
      await work.manager.query('update accounts set touched = touched + 1 where key = $1', [key]);
    });
    const holder = new Client({ connectionString: test.adminUrl });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('select from shipping.accounts where key = $1 for update', [locked]);
      await work.run('orders', async () => {
        for (const key of [locked, ...others])
          work.append({
            message: new Seen({ key, number: 1 }),
            aggregateType: 'test',
            aggregateId: key,
            keyVersion: 1,
          });
      });
      await publish(locked, 2);
      await eventually(async () =>
        expect(await effects('shipping.locked')).toEqual(others.map((key) => `${key} 1`).sort()),
      );
      await eventually(async () => expect(await statesOf('shipping.locked')).toEqual(['retrying', 'queued']));
      expect(await held('shipping.locked')).toMatchObject([
        { key: locked, attempts: 0, error: expect.stringContaining('lock timeout') as string },
        { key: locked, error: null },
      ]);
      // What comes later is not kept waiting either.
      const later = keyOfFirstGroup();
      await publish(later, 1);
      await eventually(async () => expect(await effects('shipping.locked')).toContain(`${later} 1`));
    } finally {
      await holder.query('rollback');
      await holder.end();
    }
    await eventually(async () => expect(await statesOf('shipping.locked')).toEqual([]));
    expect((await effects('shipping.locked')).filter((effect) => effect.startsWith(locked))).toEqual([
      `${locked} 1`,
      `${locked} 2`,
    ]);
  });

  it('with a transient error is parked after the ceiling, while others are handled', async () => {
    const [bad, good] = [keyOfFirstGroup(), keyOfFirstGroup()];
    await subscribe(
      'shipping.ceiling',
      ({ key }) => {
        if (key === bad)
          throw Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
      },
      AT_ONCE,
    );
    await publish(bad, 1);
    await publish(good, 1);
    await eventually(async () => expect(await statesOf('shipping.ceiling')).toEqual(['parked']));
    expect(await held('shipping.ceiling')).toMatchObject([
      {
        key: bad,
        attempts: 0,
        transientFailures: 3,
        error: expect.stringContaining('lock timeout') as string,
      },
    ]);
    await eventually(async () => expect(await effects('shipping.ceiling')).toEqual([`${good} 1`]));
  });

  it('for a reason that might be everyone’s steps aside when that lasts, and is parked only while others are handled', async () => {
    const [bad, good] = [keyOfFirstGroup(), keyOfFirstGroup()];
    await subscribe(
      'shipping.unreachable',
      ({ key }) => {
        if (key === bad) throw new ModuleUnreachable('catalog', 'not-hosted');
      },
      AT_ONCE,
    );
    await publish(bad, 1);
    await publish(good, 1);
    await eventually(async () => expect(await effects('shipping.unreachable')).toEqual([`${good} 1`]));
    expect(await statesOf('shipping.unreachable')).toEqual(['retrying']);
    for (let number = 2; !(await statesOf('shipping.unreachable')).includes('parked'); number += 1) {
      await publish(good, number);
      await eventually(async () =>
        expect(await effects('shipping.unreachable')).toContain(`${good} ${number}`),
      );
    }
    expect(await held('shipping.unreachable')).toMatchObject([
      { key: bad, error: expect.stringContaining('catalog') as string },
    ]);
  });

  it('is not told from an outage while nothing is handled: then the lanes stand still, say why, and nothing is parked', async () => {
    const keys = Array.from({ length: 6 }, () => keyOfFirstGroup());
    let isDown = true;
    await subscribe(
      'shipping.neighbour-down',
      () => {
        if (isDown) throw new ModuleUnreachable('catalog', 'not-hosted');
      },
      { ...AT_ONCE, triesForMs: 60_000 },
    );
    for (const key of keys) await publish(key, 1);
    await eventually(async () => {
      const stalled = (await operations.list()).flatMap(({ subscription, stalled: why }) =>
        subscription === 'shipping.neighbour-down' && why ? [why.error] : [],
      );
      expect(stalled).toHaveLength(4);
      expect(stalled[0]).toContain('The module "catalog" cannot be reached');
    });
    isDown = false;
    await eventually(async () => expect(await effects('shipping.neighbour-down')).toHaveLength(keys.length));
    expect(await wasHeld('shipping.neighbour-down')).toEqual([]);
    await eventually(async () =>
      expect(
        (await operations.list()).filter(
          ({ subscription, stalled }) => subscription === 'shipping.neighbour-down' && stalled,
        ),
      ).toEqual([]),
    );
  });

  it('is not parked for an outage of the database, however long that lasts', async () => {
    const keys = Array.from({ length: 6 }, () => uuidv7());
    await subscribe('shipping.outage', () => undefined, { ...AT_ONCE, failures: 1 });
    const attempts = jest.spyOn(worker as unknown as { recover(): Promise<void> }, 'recover');
    const server = test.adminUrl.replace(/[^/]+$/, 'postgres');
    await withClient(server, 'test', async (client) => {
      for (const key of keys) await publish(key, 1);
      await client.query(`alter database ${test.name} with allow_connections false`);
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
        test.name,
      ]);
      worker.retrySoon();
      await eventually(() => expect(attempts.mock.calls.length).toBeGreaterThan(5));
      await client.query(`alter database ${test.name} with allow_connections true`);
    });
    admin = new Client({ connectionString: test.adminUrl });
    await admin.connect();
    await eventually(async () =>
      expect(await effects('shipping.outage')).toEqual(keys.map((key) => `${key} 1`).sort()),
    );
    expect(await wasHeld('shipping.outage')).toEqual([]);
  });
});
