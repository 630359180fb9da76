import { IsInt, IsString } from 'class-validator';
import { Client } from 'pg';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import { contractOf, EventContract } from '../messages/contract';
import { LogReader } from '../log/log-reader';
import { EventMessage } from '../messages/message';
import { laneOf } from '../unit-of-work/outbox';
import { subscriptionDefinition } from '../messages/subscription';
import type { Consumer } from './consumer';
import { LeaseKeeper } from './lease-keeper';
import { spareConnections } from './spare-connections';
import { SubscriptionWorker } from './subscription-worker';

@EventContract('orders.counted', { version: 1 })
class Counted extends EventMessage<Counted> {
  @IsString()
  readonly key!: string;

  @IsInt()
  readonly number!: number;
}

const KEYS = Array.from({ length: 40 }, (_, index) => `key ${index}`);
const PER_KEY = 30;
const BATCH = 20;
const LEASE_MS = 3_000;

describe('A subscription that has fallen behind', () => {
  let test: TestDatabase;
  let admin: Client;
  let work: UnitOfWork;
  let reader: LogReader;
  let stop: (() => Promise<void>) | undefined;
  let running = 0;
  let mostRunning = 0;

  beforeAll(async () => {
    test = await openTestDatabase(['orders', 'shipping'], { poolSize: 5 });
    admin = new Client({ connectionString: test.adminUrl });
    await admin.connect();
    await admin.query(`
      create table shipping.effects (id bigint generated always as identity, subscription text, key text, number int);
      grant all on shipping.effects to public`);
    work = test.unitOfWork();
    // Small enough that most of the backlog is read from the table.
    reader = new LogReader('orders', test.databases.of('orders'), { pollMs: [5, 50], cacheSize: 20 });
    await reader.start();
    for (let number = 1; number <= PER_KEY; number += 1) {
      await work.run('orders', async () => {
        for (const key of KEYS)
          work.append({
            message: new Counted({ key, number }),
            aggregateType: 'test',
            aggregateId: key,
            keyVersion: number,
          });
      });
      reader.signal();
    }
  });

  beforeEach(() => {
    [running, mostRunning] = [0, 0];
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

  /** Starts a subscription that runs `before` and then writes one row for each message. */
  async function subscribe(
    name: string,
    before: (message: Counted) => Promise<void> | void = () => undefined,
  ): Promise<void> {
    const database = test.databases.of('shipping');
    const consumer: Consumer = {
      definition: subscriptionDefinition(name, { batchSize: BATCH, maxAttempts: 5 }),
      module: 'shipping',
      handledBy: 'test',
      contracts: new Map([['orders.counted', contractOf(Counted)]]),
      logs: ['orders'],
      handle: async (message) => {
        const counted = message as Counted;
        running += 1;
        mostRunning = Math.max(mostRunning, running);
        try {
          await before(counted);
          await work.manager.query('insert into effects (subscription, key, number) values ($1, $2, $3)', [
            name,
            counted.key,
            counted.number,
          ]);
        } finally {
          running -= 1;
        }
      },
    };
    const keepers: LeaseKeeper[] = [];
    const worker = new SubscriptionWorker(
      consumer,
      reader,
      work,
      LEASE_MS,
      (self) => keepers[0].reload(self),
      () => spareConnections(database),
    );
    keepers.push(new LeaseKeeper('shipping', database, [worker], LEASE_MS));
    await keepers[0].start();
    stop = () => keepers[0].stop();
  }

  /** Waits until there are as many effects as messages; each once, and each key's in order. */
  async function expectAllInOrder(name: string): Promise<void> {
    const expected = Array.from({ length: PER_KEY }, (_, index) => index + 1);
    await eventually(async () => {
      const { rows } = await admin.query<{ key: string; numbers: number[] }>(
        'select key, array_agg(number order by id) as numbers from shipping.effects where subscription = $1 group by key',
        [name],
      );
      expect(rows.flatMap(({ numbers }) => numbers)).toHaveLength(KEYS.length * PER_KEY);
      for (const { numbers } of rows) expect(numbers).toEqual(expected);
    });
  }

  it('works off its lane groups side by side, each message once and each key in order', async () => {
    await subscribe('shipping.side-by-side');
    await expectAllInOrder('shipping.side-by-side');
    expect(mostRunning).toBe(4);
  });

  it('leaves a connection to others and yields to whoever waits for one', async () => {
    const database = test.databases.of('shipping');
    const busy = await Promise.all(
      [1, 2, 3].map(async () => {
        const runner = database.createQueryRunner();
        await runner.connect();
        return runner;
      }),
    );
    await subscribe('shipping.few-connections');
    await expectAllInOrder('shipping.few-connections');
    expect(mostRunning).toBe(1);
    for (const runner of busy) await runner.release();
  });

  it('keeps the order of keys whose messages fail in one of the transactions', async () => {
    const failed = new Set<string>();
    await subscribe('shipping.some-fail', ({ key, number }) => {
      if (number % 7 !== 3 || laneOf(key) % 3 !== 0 || failed.has(`${key} ${number}`)) return;
      failed.add(`${key} ${number}`);
      throw new Error('not at first');
    });
    await expectAllInOrder('shipping.some-fail');
    expect(failed.size).toBeGreaterThan(10);
  });

  it("goes on, one transaction at a time, after they were in each other's way", async () => {
    let deadlocks = 0;
    let afterwards = 0;
    let mostAfterwards = 0;
    await subscribe('shipping.in-the-way', () => {
      if (deadlocks > 0) afterwards += 1;
      // What the other three had begun, they may end.
      if (afterwards > 3 * BATCH) mostAfterwards = Math.max(mostAfterwards, running);
      if (running < 3 || deadlocks > 0) return;
      deadlocks += 1;
      throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    });
    await expectAllInOrder('shipping.in-the-way');
    expect({ deadlocks, mostAfterwards }).toEqual({ deadlocks: 1, mostAfterwards: 1 });
    const { rows } = await admin.query(
      `select from shipping.deferred_messages where subscription = 'shipping.in-the-way'`,
    );
    expect(rows).toEqual([]);
  });

  it('loses nothing and repeats nothing when it is fenced and cut off in the middle', async () => {
    let handled = 0;
    const name = 'shipping.fenced';
    await subscribe(name, async () => {
      handled += 1;
      if (handled === 200)
        await admin
          .query(
            `update shipping.subscription_positions set epoch = epoch + 1 where subscription = $1 and lane_group = 3`,
            [name],
          )
          .catch(() => undefined);
      if (handled === 500)
        await admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
        );
    });
    await expectAllInOrder(name);
    expect(handled).toBeGreaterThan(500);
  });

  it('is handed what was read again, where the server has recovered since', async () => {
    const beginning = await reader.beginning();
    const first = await reader.read(beginning, 10);
    const again = await reader.read(beginning, 10, first.asOf);
    expect(again.asOf).toBe(first.asOf);
    const since = performance.now();
    const fresh = await reader.read(beginning, 10, since);
    expect(fresh.asOf).toBeGreaterThanOrEqual(since);
    expect(fresh.messages.map(({ id }) => id)).toEqual(first.messages.map(({ id }) => id));
  });
});
