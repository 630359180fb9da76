import { IsInt, IsUUID } from 'class-validator';
import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import { contractOf, EventContract } from '../messages/contract';
import type { Envelope } from '../messages/envelope';
import { LogReader } from '../log/log-reader';
import { type LogSource, LogUnavailable } from '../log/log-source';
import { LogSignal } from '../unit-of-work/log-signal';
import { EventMessage } from '../messages/message';
import { laneOf } from '../unit-of-work/outbox';
import { subscriptionDefinition } from '../messages/subscription';
import type { Consumer } from './consumer';
import { DeferredMessages } from './deferred-messages';
import { LeaseKeeper } from './lease-keeper';
import { spareConnections } from './spare-connections';
import { SubscriptionOperations } from './subscription-operations';
import { SubscriptionWorker } from './subscription-worker';

@EventContract('orders.test-happened', { version: 1 })
class TestHappened extends EventMessage<TestHappened> {
  @IsUUID()
  readonly key!: string;

  @IsInt()
  readonly number!: number;
}

const LEASE_MS = 3_000;

describe('A subscription', () => {
  let test: TestDatabase;
  let admin: Client;
  let work: UnitOfWork;
  let reader: LogReader;
  let signal: LogSignal;
  let stop: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    test = await openTestDatabase(['orders', 'shipping']);
    admin = new Client({ connectionString: test.adminUrl });
    await admin.connect();
    await admin.query(
      `create table shipping.effects (subscription text, key text, number int, place bigint generated always as identity); grant all on shipping.effects to public`,
    );
    signal = new LogSignal();
    work = test.unitOfWork(signal);
    reader = new LogReader('orders', test.databases.of('orders'), { pollMs: [5, 50], cacheSize: 100 });
    signal.listen('orders', () => reader.signal());
    await reader.start();
  });

  afterEach(async () => {
    await stop?.();
    stop = beforeReload = undefined;
  });

  afterAll(async () => {
    await reader.stop();
    await admin.end();
    await test.close();
  });

  let renew: () => Promise<void>;
  /** Called when a worker is unsure where its positions stand, before it reads them again. */
  let beforeReload: (() => Promise<void>) | undefined;
  const publish = (key: string, ...numbers: number[]): Promise<void> =>
    work.run('orders', async () => {
      for (const number of numbers) {
        work.append({
          message: new TestHappened({ key, number }),
          aggregateType: 'test',
          aggregateId: key,
          keyVersion: number,
        });
      }
    });

  /** Starts a subscription that runs `before` and then writes one row for each message. */
  async function subscribe(
    name: string,
    before: (message: TestHappened, envelope: Envelope) => Promise<void> | void = () => undefined,
    maxAttempts = 2,
    timeoutMs = 10_000,
    source: LogSource = reader,
  ): Promise<SubscriptionWorker> {
    const consumer: Consumer = {
      definition: subscriptionDefinition(name, { maxAttempts, timeoutMs, startAt: 'now' }),
      module: 'shipping',
      handledBy: 'test',
      contracts: new Map([['orders.test-happened', contractOf(TestHappened)]]),
      logs: ['orders'],
      handle: async (message, envelope) => {
        const happened = message as TestHappened;
        await before(happened, envelope);
        await work.manager.query('insert into effects (subscription, key, number) values ($1, $2, $3)', [
          name,
          happened.key,
          happened.number,
        ]);
      },
    };
    const keepers: LeaseKeeper[] = [];
    const database = test.databases.of('shipping');
    const worker = new SubscriptionWorker(
      consumer,
      source,
      work,
      LEASE_MS,
      async (self) => {
        await beforeReload?.();
        await keepers[0].reload(self);
      },
      () => spareConnections(database),
    );
    keepers.push(new LeaseKeeper('shipping', database, [worker], LEASE_MS));
    await keepers[0].start();
    stop = () => keepers[0].stop();
    renew = () => keepers[0]['renew']();
    return worker;
  }

  const effects = async (name: string, key?: string): Promise<number[]> => {
    const { rows } = await admin.query<{ number: number }>(
      'select number from shipping.effects where subscription = $1 and ($2::text is null or key = $2) order by place',
      [name, key ?? null],
    );
    return rows.map(({ number }) => number);
  };

  const held = async (name: string): Promise<string[]> => {
    const { rows } = await admin.query<{ state: string }>(
      'select state from shipping.deferred_messages where subscription = $1 order by generation, tick, seq',
      [name],
    );
    return rows.map(({ state }) => state);
  };

  const keyInLanes = (from: number, to: number): string => {
    for (;;) {
      const key = uuidv7();
      if (from <= laneOf(key) && laneOf(key) <= to) return key;
    }
  };

  it('handles every message once and each key in order', async () => {
    await subscribe('shipping.test-order');
    const keys = Array.from({ length: 20 }, () => uuidv7());
    for (let number = 1; number <= 10; number += 1)
      await Promise.all(keys.map((key) => publish(key, number)));
    await eventually(async () => expect(await effects('shipping.test-order')).toHaveLength(200));
    for (const key of keys)
      expect(await effects('shipping.test-order', key)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('keeps nobody waiting while its log cannot be reached, and begins when it can', async () => {
    let reachable = false;
    const log = new Proxy(reader, {
      get: (target, name) => {
        if (name === 'end' && !reachable) throw new LogUnavailable('orders', 'the broker is away');
        return Reflect.get(target, name, target) as unknown;
      },
    });
    const key = uuidv7();
    const worker = await subscribe('shipping.test-late', undefined, undefined, undefined, log);
    expect(worker.currentLeases).toEqual([]);
    reachable = true;
    await eventually(() => expect(worker.currentLeases.length).toBeGreaterThan(0));
    await publish(key, 1, 2);
    await eventually(async () => expect(await effects('shipping.test-late', key)).toEqual([1, 2]));
  });

  it('parks a message that keeps failing with all later ones of its key, and goes on with other keys', async () => {
    let broken = true;
    const [bad, good] = [uuidv7(), uuidv7()];
    await subscribe('shipping.test-parking', ({ key, number }) => {
      if (broken && key === bad && number === 2) throw new Error('cannot do this');
    });
    await publish(bad, 1, 2, 3);
    await publish(good, 1, 2);
    await publish(bad, 4);

    await eventually(async () =>
      expect(await held('shipping.test-parking')).toEqual(['parked', 'queued', 'queued']),
    );
    await eventually(async () => expect(await effects('shipping.test-parking', good)).toEqual([1, 2]));
    expect(await effects('shipping.test-parking', bad)).toEqual([1]);

    broken = false;
    await new SubscriptionOperations(test.databases).redrive('shipping.test-parking');
    await eventually(async () => expect(await effects('shipping.test-parking', bad)).toEqual([1, 2, 3, 4]));
    expect(await held('shipping.test-parking')).toEqual([]);
    await publish(bad, 5);
    await eventually(async () =>
      expect(await effects('shipping.test-parking', bad)).toEqual([1, 2, 3, 4, 5]),
    );
  });

  it('goes on with a key that a process left half drained', async () => {
    const key = uuidv7();
    await subscribe('shipping.test-drain', ({ number }) => {
      if (number === 1) throw new Error('cannot do this');
    });
    await publish(key, 1, 2, 3);
    await eventually(async () =>
      expect(await held('shipping.test-drain')).toEqual(['parked', 'queued', 'queued']),
    );
    await stop?.();
    await admin.query(
      `delete from shipping.deferred_messages where subscription = 'shipping.test-drain' and state = 'parked'`,
    );

    await subscribe('shipping.test-drain');
    await eventually(async () => expect(await effects('shipping.test-drain', key)).toEqual([2, 3]));
  });

  /** A key whose first of two messages is parked, of a subscription that has stopped. */
  async function parkedKey(name: string): Promise<string> {
    const key = uuidv7();
    await subscribe(name, () => {
      throw new Error('cannot do this');
    });
    await publish(key, 1, 2);
    await eventually(async () => expect(await held(name)).toEqual(['parked', 'queued']));
    await stop?.();
    return key;
  }

  it('stops within a key at a message that waits for an operator', async () => {
    const name = 'shipping.test-drain-to-parked';
    const key = await parkedKey(name);
    await admin.query(
      `update shipping.deferred_messages set state = case state when 'parked' then 'queued' else 'parked' end where subscription = $1`,
      [name],
    );
    await subscribe(name);
    await publish(key, 3);
    await eventually(async () => expect(await held(name)).toEqual(['parked', 'queued']));
    expect(await effects(name, key)).toEqual([1]);
  });

  it('does not handle a deferred message that is gone when its turn comes', async () => {
    const name = 'shipping.test-gone';
    const key = await parkedKey(name);
    await admin.query(`delete from shipping.deferred_messages where subscription = $1 and state = 'parked'`, [
      name,
    ]);
    const first = DeferredMessages.prototype.first;
    const read = jest.spyOn(DeferredMessages.prototype, 'first').mockImplementation(async function (
      this: DeferredMessages,
      ...parameters
    ) {
      const found = await first.apply(this, parameters);
      if (found) await admin.query('delete from shipping.deferred_messages where subscription = $1', [name]);
      return found;
    });
    try {
      await subscribe(name);
      await eventually(async () => expect(await held(name)).toEqual([]));
      await publish(key, 3);
      await eventually(async () => expect(await effects(name, key)).toContain(3));
      expect(await effects(name, key)).toEqual([3]);
    } finally {
      read.mockRestore();
    }
  });

  it('tries again before it parks', async () => {
    let failures = 0;
    await subscribe(
      'shipping.test-retry',
      () => {
        failures += 1;
        if (failures <= 3) throw new Error('not yet');
      },
      8,
    );
    const key = uuidv7();
    await publish(key, 1);
    await eventually(async () => expect(await effects('shipping.test-retry', key)).toEqual([1]));
    expect(await held('shipping.test-retry')).toEqual([]);
  });

  it('parks a message that does not fit its contract at once, with the reason and without its data', async () => {
    let calls = 0;
    await subscribe('shipping.test-contract', () => void (calls += 1), 8);
    const key = uuidv7();
    await test.databases.of('orders').query(
      `insert into outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
       select generation, $1, 'event', 'test', $2, 'orders.test-happened', 1, '{"key":"secret","number":1}', '{"correlationId":"c"}', 0, 1 from log_head`,
      [uuidv7(), key],
    );
    reader.signal();
    await eventually(async () => expect(await held('shipping.test-contract')).toEqual(['parked']));
    const { rows } = await admin.query<{ error: string }>(
      `select error from shipping.deferred_messages where subscription = 'shipping.test-contract'`,
    );
    expect(rows[0].error).toMatch(/key must be a UUID/);
    expect(rows[0].error).not.toMatch(/secret/);
    expect(calls).toBe(0);
  });

  it('parks a message whose failure has a text that the database cannot store', async () => {
    const name = 'shipping.test-unstorable';
    const [bad, good] = [uuidv7(), uuidv7()];
    await subscribe(
      name,
      ({ key }) => {
        if (key === bad) throw new Error('answered \0 and nothing else');
      },
      2,
    );
    await publish(bad, 1, 2);
    await eventually(async () => expect(await held(name)).toEqual(['parked', 'queued']));
    await publish(good, 1);
    await eventually(async () => expect(await effects(name, good)).toEqual([1]));
  });

  it('parks nothing when the surroundings fail, however often', async () => {
    let failures = 0;
    await subscribe('shipping.test-surroundings', () => {
      failures += 1;
      if (failures <= 4) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    });
    const key = uuidv7();
    await publish(key, 1, 2);
    await eventually(async () => expect(await effects('shipping.test-surroundings', key)).toEqual([1, 2]));
    expect(await held('shipping.test-surroundings')).toEqual([]);
  });

  it('does not go on from what a failed batch was to handle when its leases are renewed before it is read again', async () => {
    const name = 'shipping.test-renewed-after-failure';
    let calls = 0;
    await subscribe(name, () => {
      calls += 1;
      if (calls === 1) throw Object.assign(new Error('the server is shutting down'), { code: '57P01' });
    });
    let renewals = 0;
    beforeReload = async () => {
      renewals += 1;
      await renew();
    };
    const key = uuidv7();
    await publish(key, 1, 2);
    await publish(key, 3);
    await eventually(async () => expect(await effects(name, key)).toContain(3));
    expect(await effects(name, key)).toEqual([1, 2, 3]);
    expect(renewals).toBeGreaterThan(0);
  });

  it('does not go back over what it handled one by one when its leases are renewed meanwhile', async () => {
    const name = 'shipping.test-renewal';
    const [early, late] = [keyInLanes(0, 63), keyInLanes(64, 255)];
    const leasedUntil = async (): Promise<Date> => {
      const { rows } = await admin.query<{ leased_until: Date }>(
        'select leased_until from shipping.subscription_positions where subscription = $1 and first_lane = 0',
        [name],
      );
      return rows[0].leased_until;
    };
    let calls = 0;
    await subscribe(
      name,
      async ({ key }) => {
        if (key === early) return;
        calls += 1;
        if (calls === 1) throw new Error('not in a batch');
        if (calls > 2) return;
        const before = await leasedUntil();
        await eventually(async () => expect(await leasedUntil()).not.toEqual(before));
        throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
      },
      2,
      10_000,
    );
    await work.run('orders', async () => {
      for (const key of [early, late])
        work.append({
          message: new TestHappened({ key, number: 1 }),
          aggregateType: 'test',
          aggregateId: key,
          keyVersion: 1,
        });
    });
    await eventually(async () => expect(await effects(name, late)).toEqual([1]));
    expect({ calls, early: await effects(name, early) }).toEqual({ calls: 3, early: [1] });
  });

  describe('with a handler that takes long', () => {
    let release: () => void;
    let hasBegun: boolean;
    const slowIn = (
      key: string,
      atLast: () => void = () => undefined,
    ): ((message: TestHappened) => Promise<void>) => {
      const released = new Promise<void>((resolve) => (release = resolve));
      hasBegun = false;
      return async (message) => {
        if (message.key !== key || message.number !== 1) return;
        hasBegun = true;
        await released;
        atLast();
      };
    };

    it('handles messages of other lane groups meanwhile, and later ones of its own lane group afterwards', async () => {
      const name = 'shipping.test-beside';
      const [slow, next, other] = [keyInLanes(0, 63), keyInLanes(0, 63), keyInLanes(64, 255)];
      await subscribe(name, slowIn(slow));
      await publish(slow, 1);
      await eventually(() => expect(hasBegun).toBe(true));
      await publish(other, 1);
      await publish(next, 1);
      await publish(other, 2);
      await eventually(async () => expect(await effects(name)).toEqual([1, 2]));
      await publish(slow, 2);
      release();
      await eventually(async () => expect(await effects(name)).toHaveLength(5));
      expect(await effects(name, slow)).toEqual([1, 2]);
      expect(await effects(name, next)).toEqual([1]);
      expect(await effects(name, other)).toEqual([1, 2]);
    });

    it('handles it again when it fails for everyone’s reason beside others, and those once', async () => {
      const name = 'shipping.test-beside-failing';
      const [slow, other] = [keyInLanes(0, 63), keyInLanes(64, 255)];
      let failures = 0;
      await subscribe(
        name,
        slowIn(slow, () => {
          failures += 1;
          if (failures === 1) throw Object.assign(new Error('connection lost'), { code: '08006' });
        }),
      );
      await publish(slow, 1, 2);
      await eventually(() => expect(hasBegun).toBe(true));
      await publish(other, 1);
      await eventually(async () => expect(await effects(name, other)).toEqual([1]));
      release();
      await eventually(async () => expect(await effects(name, slow)).toEqual([1, 2]));
      expect({ failures, other: await effects(name, other), held: await held(name) }).toEqual({
        failures: 2,
        other: [1],
        held: [],
      });
    });

    it('sets its key aside when it fails by itself beside others', async () => {
      const name = 'shipping.test-beside-parking';
      const [slow, other] = [keyInLanes(0, 63), keyInLanes(64, 255)];
      await subscribe(
        name,
        slowIn(slow, () => {
          throw new Error('cannot do this');
        }),
        1,
      );
      await publish(slow, 1, 2);
      await eventually(() => expect(hasBegun).toBe(true));
      await publish(other, 1);
      await eventually(async () => expect(await effects(name, other)).toEqual([1]));
      release();
      await eventually(async () => expect(await held(name)).toEqual(['parked', 'queued']));
      await publish(other, 2);
      await eventually(async () => expect(await effects(name, other)).toEqual([1, 2]));
      expect(await effects(name, slow)).toEqual([]);
    });

    it('finishes it before it stops', async () => {
      const name = 'shipping.test-beside-stop';
      const [slow, other] = [keyInLanes(0, 63), keyInLanes(64, 255)];
      await subscribe(name, slowIn(slow));
      await publish(slow, 1);
      await eventually(() => expect(hasBegun).toBe(true));
      await publish(other, 1);
      await eventually(async () => expect(await effects(name, other)).toEqual([1]));
      let stopped = false;
      const stopping = stop?.().then(() => (stopped = true));
      await publish(other, 2);
      expect(stopped).toBe(false);
      release();
      await stopping;
      expect(await effects(name, slow)).toEqual([1]);
      expect(await effects(name, other)).toEqual([1]);
    });
  });

  it('is not stopped by its own renewals', async () => {
    let [calls, over] = [0, false];
    await subscribe('shipping.test-busy', () => void (calls += 1));
    const renewing = (async () => {
      while (!over) await renew();
    })();
    // What one lane group handles, the others only read past: each renewal moves some of them.
    for (let count = 0; count < 300; count += 1) await publish(uuidv7(), 1);
    await eventually(async () => expect(await effects('shipping.test-busy')).toHaveLength(300));
    over = true;
    await renewing;
    expect(calls).toBe(300);
  });

  it('takes the unit of work away from a handler that hangs', async () => {
    let late: Promise<unknown> | undefined;
    let hangs = true;
    await subscribe(
      'shipping.test-hanging',
      async () => {
        if (!hangs) return;
        hangs = false;
        late = new Promise((resolve) => setTimeout(resolve, 600)).then(() => work.manager.query('select 1'));
        late.catch(() => undefined);
        await late;
      },
      8,
      200,
    );
    const key = uuidv7();
    await publish(key, 1);
    await eventually(async () => expect(await effects('shipping.test-hanging', key)).toEqual([1]));
    await expect(late).rejects.toThrow(/unit of work has ended/);
  });

  it('does nothing once another process has taken its lease', async () => {
    const worker = await subscribe('shipping.test-fence');
    const thief = uuidv7();
    // With a connection, as a process has: the lease of one that has none is free, and would be taken back.
    const alive = new Client({
      connectionString: test.databases.urlOf('shipping'),
      application_name: `seamline ${thief} shipping`,
    });
    await alive.connect();
    try {
      await admin.query(
        `update shipping.subscription_positions set owner = $1, epoch = epoch + 1, leased_until = clock_timestamp() + interval '1 hour' where subscription = 'shipping.test-fence'`,
        [thief],
      );
      const key = uuidv7();
      await publish(key, 1);
      await eventually(() => expect(worker.currentLeases).toHaveLength(0));
      expect(await effects('shipping.test-fence', key)).toEqual([]);
      expect(await held('shipping.test-fence')).toEqual([]);
    } finally {
      await alive.end();
    }
  });

  it('waits while it is paused and goes on when it is resumed', async () => {
    const operations = new SubscriptionOperations(test.databases);
    const told = jest.spyOn(await subscribe('shipping.test-pause'), 'hold');
    await operations.pause('shipping.test-pause');
    await eventually(() => expect(told).toHaveBeenLastCalledWith(expect.anything(), true));
    const key = uuidv7();
    await publish(key, 1);
    await eventually(async () => {
      const lag = (await operations.list())
        .filter(({ subscription }) => subscription === 'shipping.test-pause')
        .reduce((sum, status) => sum + (status.lag ?? 0), 0);
      expect(lag).toBeGreaterThan(0);
    });
    expect(await effects('shipping.test-pause', key)).toEqual([]);
    await operations.resume('shipping.test-pause');
    await eventually(async () => expect(await effects('shipping.test-pause', key)).toEqual([1]));
  });
});

describe('A unit of work', () => {
  let test: TestDatabase;
  let work: UnitOfWork;

  beforeAll(async () => {
    test = await openTestDatabase(['orders', 'shipping']);
    work = test.unitOfWork();
  });
  afterAll(() => test.close());

  const message = () => ({
    message: new TestHappened({ key: uuidv7(), number: 1 }),
    aggregateType: 'test',
    aggregateId: 'a',
    keyVersion: 1,
  });
  const published = async (): Promise<number> =>
    Number((await test.databases.of('orders').query('select count(*) from outbox'))[0].count);

  it('is needed to publish', () => {
    expect(() => work.append(message())).toThrow(/There is no unit of work\. Publish/);
  });

  it('is not what a query runs in', async () => {
    await expect(work.read('orders', async () => work.append(message()))).rejects.toThrow(
      /query must not publish/,
    );
  });

  it('is not shared with another module', async () => {
    await expect(work.run('orders', () => work.run('shipping', async () => undefined))).rejects.toThrow(
      /durable command or publish an event/,
    );
  });

  it('publishes nothing when it fails', async () => {
    const failing = work.run('orders', async () => {
      work.append(message());
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    expect(await published()).toBe(0);
  });

  it('publishes nothing that does not fit its contract', async () => {
    const wrong = { ...message(), message: new TestHappened({ key: 'no uuid', number: 1 }) };
    await expect(work.run('orders', async () => work.append(wrong))).rejects.toThrow(
      /does not fit orders.test-happened/,
    );
    expect(await published()).toBe(0);
  });
});
