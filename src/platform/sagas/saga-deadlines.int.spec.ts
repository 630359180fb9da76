import { IsUUID } from 'class-validator';
import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { MovableClock } from '../../../test/support/movable-clock';
import { DatabaseClocks } from '../database/database-clocks';
import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import { CommandContract, contractOf, EventContract } from '../messages/contract';
import type { LogReaders } from '../log/log-readers';
import { CommandMessage, EventMessage } from '../messages/message';
import { SagaDeadlines } from './saga-deadlines';
import { defineSaga } from './saga-definition';
import { type SagaInstance, SagaMachine } from './saga-machine';
import { SagaOperations } from './saga-operations';
import type { RegisteredSaga, SagaRegistry } from './saga-registry';
import { SagaRuntime } from './saga-runtime';
import { SagaStore } from './saga-store';

const MODULE = 'orders';
const NAME = 'orders.errand';
const MINUTES = 60_000;

@EventContract('orders.errand-begun', { version: 1 })
class Begun extends EventMessage<Begun> {
  @IsUUID()
  readonly errandId!: string;
}

@EventContract('orders.errand-answered', { version: 1 })
class Answered extends EventMessage<Answered> {
  @IsUUID()
  readonly errandId!: string;
}

@CommandContract('shipping.run-errand', { version: 1 })
class RunErrand extends CommandMessage<RunErrand> {
  @IsUUID()
  readonly errandId!: string;
}

const definition = defineSaga<object>({
  name: NAME,
  aggregateType: 'errand',
  correlateBy: 'errandId',
  start: { event: Begun, state: 'begun', facts: ({ errandId }: Begun) => ({ errandId }) },
  steps: [
    {
      name: 'wait',
      kind: 'compensatable',
      state: 'waiting',
      send: { command: RunErrand, from: (facts) => new RunErrand(facts as RunErrand) },
      done: { event: Answered },
      deadline: { afterMs: 30 * MINUTES, outcome: 'given-up', reason: 'no answer' },
    },
    { name: 'rest', kind: 'retriable', state: 'resting', done: { event: Answered } },
  ],
  completed: 'done',
});

describe('The deadlines of processes', () => {
  let test: TestDatabase;
  let work: UnitOfWork;
  let clock: MovableClock;
  let clocks: DatabaseClocks;
  let runtime: SagaRuntime;
  let deadlines: SagaDeadlines;
  let changed: (instance: SagaInstance<object>) => Promise<void>;
  let saga: RegisteredSaga;

  beforeAll(async () => {
    test = await openTestDatabase([MODULE]);
    work = test.unitOfWork();
  });

  beforeEach(async () => {
    changed = async () => undefined;
    saga = {
      definition,
      module: MODULE,
      machine: new SagaMachine(definition),
      className: 'Errand',
      events: [],
      commands: [],
      owner: { changed: (instance) => changed(instance) },
    };
    clocks = new DatabaseClocks(test.databases);
    await clocks.onModuleInit();
    clock = new MovableClock(work, clocks);
    runtime = new SagaRuntime(work, new SagaStore(work), clock);
    const registry = { all: [saga] } as unknown as SagaRegistry;
    deadlines = new SagaDeadlines(registry, runtime, test.databases, work, clock, {} as LogReaders);
  });

  afterEach(async () => {
    jest.useRealTimers();
    await deadlines.beforeApplicationShutdown();
    await clocks.beforeApplicationShutdown();
    const written = [
      'sagas',
      'saga_deadline_failures',
      'deferred_messages',
      'subscription_positions',
      'subscriptions',
    ];
    for (const table of written) await test.asAdministrator(MODULE, `delete from ${MODULE}.${table}`);
  });

  afterAll(() => test.close());

  const begin = async (count: number): Promise<string[]> => {
    const ids = Array.from({ length: count }, () => uuidv7());
    for (const errandId of ids) await work.run(MODULE, () => runtime.react(saga, new Begun({ errandId })));
    return ids;
  };
  const statesOf = async (ids: string[]): Promise<string[]> => {
    const rows: { id: string; state: string }[] = await test.databases
      .of(MODULE)
      .query('select id, state from sagas where saga = $1', [NAME]);
    return ids.map((id) => rows.find((row) => row.id === id)?.state ?? 'none');
  };
  const failed = async () => new SagaOperations(test.databases).failedDeadlines();

  it('that throw are tried again and shown with their error, and the others are acted upon', async () => {
    const [first, second, third] = await begin(3);
    let isBroken = true;
    changed = async ({ id }) => {
      if (isBroken && id === first) throw new Error('cannot do this');
    };
    clock.moveMinutes(31);
    deadlines.onApplicationBootstrap();
    await eventually(async () =>
      expect(await statesOf([first, second, third])).toEqual(['waiting', 'given-up', 'given-up']),
    );
    await eventually(async () => {
      const [failure, ...others] = await failed();
      expect(failure).toMatchObject({
        module: MODULE,
        saga: NAME,
        id: first,
        state: 'waiting',
        error: 'Error: cannot do this',
      });
      expect(failure.failures).toBeGreaterThan(1);
      expect(others).toEqual([]);
    });
    isBroken = false;
    await eventually(async () => expect(await statesOf([first])).toEqual(['given-up']));
    expect(await failed()).toEqual([]);
  });

  it('that are due and say nothing keep no other waiting, however many they are', async () => {
    const stuck = await begin(60);
    // As after a deployment that took the deadline of a state away.
    await test.databases
      .of(MODULE)
      .query(
        `update sagas set state = 'resting', steps = '{"wait": "done", "rest": "sent"}' where saga = $1`,
        [NAME],
      );
    const [due] = await begin(1);
    clock.moveMinutes(31);
    deadlines.onApplicationBootstrap();
    await eventually(async () => expect(await statesOf([due])).toEqual(['given-up']));
    expect((await failed())[0]).toMatchObject({
      state: 'resting',
      error: expect.stringContaining('the state "resting"') as string,
    });
    expect(await statesOf(stuck)).toEqual(stuck.map(() => 'resting'));
  });

  it('of a process that something else has locked wait for it, and the others are acted upon', async () => {
    const [locked, free] = await begin(2);
    const holder = new Client({ connectionString: test.adminUrl });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query(`select from ${MODULE}.sagas where id = $1 for update`, [locked]);
      clock.moveMinutes(31);
      deadlines.onApplicationBootstrap();
      await eventually(async () => expect(await statesOf([locked, free])).toEqual(['waiting', 'given-up']));
      await eventually(async () =>
        expect(await failed()).toMatchObject([
          { id: locked, error: expect.stringContaining('lock') as string },
        ]),
      );
    } finally {
      await holder.query('rollback');
      await holder.end();
    }
    await eventually(async () => expect(await statesOf([locked])).toEqual(['given-up']));
  });

  it('go by the clock of the database, and not by that of the process that looks', async () => {
    const waiting = await begin(2);
    const inTheProcess = jest.spyOn(runtime, 'transition');
    const doNotFake = [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'nextTick',
      'performance',
      'hrtime',
    ] as const;
    jest.useFakeTimers({
      now: Date.now() + 40 * MINUTES,
      doNotFake: [...doNotFake, 'clearImmediate', 'queueMicrotask'],
    });
    expect(clocks.differences.get(MODULE)).toBeCloseTo(40 * 60, -1);
    // A process that begins here and now waits as long as all others.
    const [begun] = await begin(1);
    const [{ left }]: { left: number }[] = await test.databases
      .of(MODULE)
      .query(
        'select extract(epoch from deadline_at - clock_timestamp())::float8 / 60 as left from sagas where id = $1',
        [begun],
      );
    expect(left).toBeGreaterThan(28);
    expect(left).toBeLessThan(31);
    const looked = jest.spyOn(deadlines as unknown as { lookAt(): Promise<void> }, 'lookAt');
    deadlines.onApplicationBootstrap();
    await eventually(() => expect(looked.mock.calls.length).toBeGreaterThan(3));
    expect(inTheProcess).not.toHaveBeenCalledWith(saga, waiting[0], expect.anything());
    expect(await statesOf([...waiting, begun])).toEqual(['waiting', 'waiting', 'waiting']);
  });

  /** A few looks later, in which a deadline that does not wait would have fired. */
  const severalLooks = async (): Promise<void> => {
    const before = deadlines['looks'];
    await eventually(() => expect(deadlines['looks']).toBeGreaterThan(before + 4));
  };

  it('wait until everything is handled that was published before they were noticed', async () => {
    saga = { ...saga, events: [contractOf(Answered)] };
    deadlines = new SagaDeadlines(
      { all: [saga] } as unknown as SagaRegistry,
      runtime,
      test.databases,
      work,
      clock,
      {} as LogReaders,
    );
    const database = test.databases.of(MODULE);
    await database.query('insert into subscriptions (subscription) values ($1)', [NAME]);
    await database.query(
      `insert into subscription_positions (subscription, log, lane_group, first_lane, last_lane, generation, tick, seq)
       values ($1, 'orders', 0, 0, 255, 1, 0, 0)`,
      [NAME],
    );
    const [errandId] = await begin(1);
    const message = new Answered({ errandId });
    await work.run(MODULE, async () =>
      work.append({ message, aggregateType: 'errand', aggregateId: errandId, keyVersion: 1 }),
    );
    clock.moveMinutes(31);
    deadlines.onApplicationBootstrap();
    await severalLooks();
    expect(await statesOf([errandId])).toEqual(['waiting']);

    await database.query(
      'update subscription_positions set tick = (select tick from log_head) where subscription = $1',
      [NAME],
    );
    await eventually(async () => expect(await statesOf([errandId])).toEqual(['given-up']));
  });

  it('wait while a message of their process is held back', async () => {
    const [errandId] = await begin(1);
    const database = test.databases.of(MODULE);
    await database.query('insert into subscriptions (subscription) values ($1)', [NAME]);
    await database.query(
      `insert into deferred_messages (subscription, log, key, generation, tick, seq, lane, state, attempts, envelope)
       values ($1, 'orders', 'another key', 1, 1, 1, 0, 'parked', 1, $2)`,
      [NAME, JSON.stringify({ data: { errandId } })],
    );
    clock.moveMinutes(31);
    deadlines.onApplicationBootstrap();
    await severalLooks();
    expect(await statesOf([errandId])).toEqual(['waiting']);

    await database.query('delete from deferred_messages where subscription = $1', [NAME]);
    await eventually(async () => expect(await statesOf([errandId])).toEqual(['given-up']));
  });

  const deadlineOf = async (id: string): Promise<Date | null> => {
    const [row]: { at: Date | null }[] = await test.databases
      .of(MODULE)
      .query('select deadline_at as at from sagas where id = $1', [id]);
    return row.at;
  };

  it('are over with the answer', async () => {
    const [errandId] = await begin(1);
    expect(await deadlineOf(errandId)).toEqual(expect.any(Date));
    await work.run(MODULE, () => runtime.react(saga, new Answered({ errandId })));
    expect([await statesOf([errandId]), await deadlineOf(errandId)]).toEqual([['resting'], null]);
  });

  it('stay when the process is started again, which sends nothing and tells its owner of nothing', async () => {
    const told: string[] = [];
    changed = async ({ state }) => void told.push(state);
    const [errandId] = await begin(1);
    const deadline = await deadlineOf(errandId);
    clock.moveMinutes(5);
    const again = new Begun({ errandId });
    await work.run(MODULE, () => runtime.react(saga, again));
    await work.run(MODULE, async () => {
      await runtime.prefetch(saga, [again]);
      await runtime.react(saga, again);
    });
    const sent = await test.databases
      .of(MODULE)
      .query('select key_version from outbox where aggregateid = $1', [errandId]);
    expect({ told, sent }).toEqual({ told: ['waiting'], sent: [{ key_version: '1' }] });
    expect(await deadlineOf(errandId)).toEqual(deadline);

    const twice = new Begun({ errandId: uuidv7() });
    await work.run(MODULE, async () => {
      await runtime.prefetch(saga, [twice]);
      await runtime.react(saga, twice);
      await runtime.react(saga, twice);
    });
    expect(told).toEqual(['waiting', 'waiting']);
  });

  it('do not wait for what a crash of the server has taken away', async () => {
    const [errandId] = await begin(1);
    clock.moveMinutes(31);
    const beyond = { generation: 1, tick: 1_000n, seq: 0n };
    await test.databases.of(MODULE).query('insert into subscriptions (subscription) values ($1)', [NAME]);
    await test.databases.of(MODULE).query(
      `insert into subscription_positions (subscription, log, lane_group, first_lane, last_lane, generation, tick, seq)
       values ($1, 'orders', 0, 0, 255, 1, 0, 0)`,
      [NAME],
    );
    const noticed = {
      ids: new Set([errandId]),
      ends: new Map([['orders', beyond]]),
      asOf: performance.now(),
    };
    deadlines['overdue'].set(NAME, noticed);
    deadlines.onApplicationBootstrap();
    await severalLooks();
    expect(await statesOf([errandId])).toEqual(['waiting']);

    const recovered = performance.now();
    jest.spyOn(work, 'serverSince').mockReturnValue(recovered);
    await eventually(async () => expect(await statesOf([errandId])).toEqual(['given-up']));
    jest.restoreAllMocks();
  });
});
