import { IsIn, IsInt, IsUUID } from 'class-validator';
import { v7 as uuidv7 } from 'uuid';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { LogReader } from '../log/log-reader';
import { contractOf, EventContract } from '../messages/contract';
import { EventMessage } from '../messages/message';
import { Upcaster } from '../messages/upcaster';
import { subscriptionDefinition } from '../messages/subscription';
import { LogSignal } from '../unit-of-work/log-signal';
import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import type { Consumer } from './consumer';
import { LeaseKeeper } from './lease-keeper';
import { spareConnections } from './spare-connections';
import { SubscriptionOperations } from './subscription-operations';
import { SubscriptionWorker } from './subscription-worker';

const NAME = 'orders.counted-again';

/** As a process of the version before knows it. */
@EventContract(NAME, { version: 1 })
class CountedBefore extends EventMessage<CountedBefore> {
  @IsUUID()
  readonly key!: string;

  @IsInt()
  readonly dozens!: number;
}

/** As it is now; the upcaster must run once, or a number is too large. */
@EventContract(NAME, { version: 2 })
class Counted extends EventMessage<Counted> {
  @IsUUID()
  readonly key!: string;

  @IsInt()
  readonly number!: number;
}

@Upcaster(NAME, { from: 1, to: 2 })
class CountedOneByOne {
  static upcast({ dozens, number, key }: { key: string; dozens?: number; number?: number }) {
    return { key, number: (dozens ?? number ?? 0) * 12 };
  }
}

/** Something that older readers can do without has come. */
@EventContract(NAME, { version: 2, readableSince: 1 })
class CountedWithUnit extends EventMessage<CountedWithUnit> {
  @IsUUID()
  readonly key!: string;

  @IsInt()
  readonly dozens!: number;

  @IsIn(['box'])
  readonly unit!: 'box';
}

const ROLLED = 'orders.rolled';

/** As the processes that are replaced one by one know it ... */
@EventContract(ROLLED, { version: 1 })
class RolledBefore extends EventMessage<RolledBefore> {
  @IsUUID()
  readonly key!: string;

  @IsInt()
  readonly number!: number;
}

/** ... and those that replace them. */
@EventContract(ROLLED, { version: 2, readableSince: 1 })
class Rolled extends EventMessage<Rolled> {
  @IsUUID()
  readonly key!: string;

  @IsInt()
  readonly number!: number;

  @IsIn(['left', 'right', 'unknown'])
  readonly to!: string;
}

@Upcaster(ROLLED, { from: 1, to: 2 })
export class RolledSomewhere {
  static upcast = (rolled: object) => ({ ...rolled, to: 'unknown' });
}

const LEASE_MS = 3_000;

describe('A subscription reads', () => {
  let test: TestDatabase;
  let work: UnitOfWork;
  let reader: LogReader;
  let stop: (() => Promise<void>) | undefined;
  let handled: unknown[];

  beforeAll(async () => {
    test = await openTestDatabase(['orders', 'shipping']);
    const signal = new LogSignal();
    work = test.unitOfWork(signal);
    reader = new LogReader('orders', test.databases.of('orders'), { pollMs: [5, 50], cacheSize: 100 });
    signal.listen('orders', () => reader.signal());
    await reader.start();
  });

  beforeEach(() => void (handled = []));
  afterEach(() => stop?.());

  afterAll(async () => {
    await reader.stop();
    await test.close();
  });

  /** As the code of any version publishes it. */
  const publish = (...messages: { key: string }[]): Promise<void> =>
    work.run('orders', () => {
      messages.forEach((message, index) =>
        work.append({ message, aggregateType: 'count', aggregateId: message.key, keyVersion: index + 1 }),
      );
      return Promise.resolve();
    });

  /** A process that knows one version; the one before it is over. */
  async function process(
    name: string,
    type: new (fields: never) => object,
    before: (message: object) => void = () => undefined,
    startAt: 'beginning' | 'now' = 'now',
  ): Promise<void> {
    await stop?.();
    const consumer: Consumer = {
      definition: subscriptionDefinition(name, { maxAttempts: 1, startAt }),
      module: 'shipping',
      handledBy: 'test',
      contracts: new Map([[contractOf(type).name, contractOf(type)]]),
      logs: ['orders'],
      handle: (message) => {
        before(message);
        handled.push({ ...message });
        return Promise.resolve();
      },
    };
    const database = test.databases.of('shipping');
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

  const deferred = (name: string): Promise<{ state: string; error: string | null }[]> =>
    test.databases
      .of('shipping')
      .query(
        'select state, error from deferred_messages where subscription = $1 order by generation, tick, seq',
        [name],
      );

  it('what the version before wrote: from history, live, in line, parked and redriven', async () => {
    const name = 'shipping.test-versions';
    const [key, bad] = [uuidv7(), uuidv7()];
    let broken = true;
    await publish(new CountedBefore({ key, dozens: 1 }));
    const fails = (message: object): void => {
      if (broken && (message as Counted).key === bad) throw new Error('cannot do this');
    };
    await process(name, Counted, fails, 'beginning');
    await publish(new CountedBefore({ key, dozens: 2 }), new Counted({ key, number: 25 }));
    const ofKey = (wanted: string) =>
      (handled as Counted[]).filter((one) => one.key === wanted).map(({ number }) => number);
    await eventually(() => expect(ofKey(key)).toEqual([12, 24, 25]));

    await publish(new CountedBefore({ key: bad, dozens: 3 }), new CountedBefore({ key: bad, dozens: 4 }));
    await publish(new Counted({ key: bad, number: 49 }));
    await eventually(async () =>
      expect((await deferred(name)).map(({ state }) => state)).toEqual(['parked', 'queued', 'queued']),
    );
    broken = false;
    await new SubscriptionOperations(test.databases).redrive(name);
    await eventually(async () => expect(await deferred(name)).toEqual([]));
    expect(ofKey(bad)).toEqual([36, 48, 49]);
    expect(CountedOneByOne.upcast({ key, number: 12 })).toEqual({ key, number: 144 });
  });

  it('a later version as soon as a process that knows it takes over, in the order of its key', async () => {
    const name = 'shipping.test-later-version';
    const [key, other] = [uuidv7(), uuidv7()];
    await process(name, CountedBefore);
    await publish(new CountedBefore({ key, dozens: 1 }), new Counted({ key, number: 13 }));
    await publish(new CountedBefore({ key, dozens: 2 }), new CountedBefore({ key: other, dozens: 3 }));
    await eventually(async () =>
      expect(await deferred(name)).toEqual([
        {
          state: 'parked',
          error: expect.stringContaining(
            `${NAME} version 1: it has version 2, which this process does not know`,
          ),
        },
        { state: 'queued', error: null },
      ]),
    );
    await eventually(() => expect(handled).toContainEqual({ key: other, dozens: 3 }));

    handled = [];
    await process(name, Counted);
    await eventually(() =>
      expect(handled).toEqual([
        { key, number: 13 },
        { key, number: 24 },
      ]),
    );
    await eventually(async () => expect(await deferred(name)).toEqual([]));
  });

  it('a later version that readers of its own can read, without what they do not know', async () => {
    const key = uuidv7();
    const name = 'shipping.test-readable-version';
    await process(name, CountedBefore);
    await publish(new CountedWithUnit({ key, dozens: 4, unit: 'box' }));
    await eventually(() => expect(handled).toContainEqual({ key, dozens: 4 }));
    expect(await deferred(name)).toEqual([]);
  });

  it('every message of either version while processes of the two take over from one another', async () => {
    const name = 'shipping.test-rolling';
    const keys = Array.from({ length: 8 }, () => uuidv7());
    let number = 0;
    let isOver = false;
    const parked = new Set<string>();
    await process(name, RolledBefore);
    /** The publishers are of both versions all the time. */
    const load = (async () => {
      for (; !isOver; number += 1) {
        await publish(
          ...keys.map((key, index) =>
            (number + index) % 2 === 0
              ? new RolledBefore({ key, number })
              : new Rolled({ key, number, to: 'left' }),
          ),
        );
        for (const { state } of await deferred(name)) parked.add(state);
      }
    })();
    const all = handled as { key: string; number: number; to?: string }[];
    for (const type of [Rolled, RolledBefore, Rolled]) {
      const before = all.length;
      await eventually(() => expect(all.length).toBeGreaterThan(before + keys.length));
      await process(name, type);
    }
    isOver = true;
    await load;
    const expected = Array.from({ length: number }, (_, index) => index);
    await eventually(() => {
      for (const key of keys)
        expect([...new Set(all.filter((one) => one.key === key).map((one) => one.number))]).toEqual(expected);
    });
    expect([...parked]).toEqual([]);
    expect(new Set(all.map(({ to }) => to))).toEqual(new Set([undefined, 'left', 'unknown']));
  });
});
