import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { IsUUID } from 'class-validator';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { UnitOfWork } from '../unit-of-work/unit-of-work';
import { EventContract } from '../messages/contract';
import { EventMessage } from '../messages/message';
import { JobCompletion } from './job-completion';
import type { DurableJob, JobAttempt, JobHandlerOptions } from './job-handler';
import { JobOperations } from './job-operations';
import { JobRunner } from './job-runner';
import { JobSignal } from './job-signal';
import { type ClaimedJob, JobTable } from './job-table';
import { Jobs } from './jobs';

const MODULE = 'payments';
const TYPE = 'payments.try';

interface Trial {
  orderId: string;
}

@EventContract('payments.tried')
class Tried extends EventMessage<Tried> {
  @IsUUID()
  readonly orderId!: string;
}

const idOf = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

describe('durable jobs', () => {
  let database: TestDatabase;
  let work: UnitOfWork;
  let signal: JobSignal;
  let jobs: Jobs;
  let table: JobTable;
  let operations: JobOperations;
  const runners: JobRunner[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await openTestDatabase([MODULE]);
    work = database.unitOfWork();
    signal = new JobSignal();
    jobs = new Jobs(work, signal, { handledBy: new Map([[TYPE, 'Trying']]) });
    table = new JobTable(database.databases.of(MODULE));
    operations = new JobOperations(database.databases, signal);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(runners.splice(0).map((runner) => runner.stop()));
    await database.databases.of(MODULE).query('delete from jobs');
  });

  afterAll(async () => {
    await database.close();
    Logger.overrideLogger(['log', 'warn', 'error']);
  });

  /** What a job does inside the database in these tests: it publishes one message for its order. */
  const publish = async ({ orderId }: Trial): Promise<void> =>
    work.append({
      message: new Tried({ orderId }),
      aggregateType: 'trial',
      aggregateId: orderId,
      keyVersion: 1,
    });

  const run = (
    handler: Partial<DurableJob<Trial, unknown>>,
    options: JobHandlerOptions = {},
    recordingMs?: number,
    stopWithinMs?: number,
  ): JobRunner => {
    const definition = {
      type: TYPE,
      timeoutMs: 5_000,
      maxAttempts: 3,
      concurrency: 8,
      longestRestMs: 300_000,
      ...options,
    };
    const whole = { perform: async () => 'done', complete: publish, ...handler } as DurableJob<
      object,
      unknown
    >;
    const runner = new JobRunner(
      MODULE,
      [{ definition, handler: whole }],
      table,
      new JobCompletion(MODULE, work),
      recordingMs,
      stopWithinMs,
    );
    signal.listen(MODULE, (delayMs) => runner.notify(delayMs));
    runners.push(runner);
    runner.start();
    return runner;
  };

  const enqueue = (...orders: number[]): Promise<void> =>
    work.run(MODULE, async () => {
      for (const order of orders)
        await jobs.enqueue({
          type: TYPE,
          idempotencyKey: `${idOf(order)}:try`,
          payload: { orderId: idOf(order) },
        });
    });

  const query = <T>(sql: string, parameters: unknown[] = []): Promise<T[]> =>
    database.databases.of(MODULE).query(sql, parameters);
  const openJobs = async (): Promise<number> =>
    (await query<{ open: number }>('select count(*)::int as open from jobs'))[0].open;
  const effects = async (...orders: number[]): Promise<number> =>
    (
      await query<{ n: number }>(
        `select count(*)::int as n from outbox where aggregatetype = 'trial' and aggregateid = any ($1)`,
        [orders.map(idOf)],
      )
    )[0].n;
  const claimOne = async (): Promise<ClaimedJob> =>
    (await table.claim([{ type: TYPE, free: 1, lockMs: 60_000 }]))[0];
  /** Time passes for the locks: the processes that held them are gone, or asleep. */
  const letLocksRunOut = (): Promise<unknown> =>
    query(`update jobs set locked_until = now() - interval '1 second' where claim is not null`);

  it('exist if and only if the unit of work that asked for them commits', async () => {
    const failing = work.run(MODULE, async () => {
      await jobs.enqueue({ type: TYPE, idempotencyKey: 'never', payload: {} });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await openJobs()).toBe(0);
    await enqueue(1);
    await enqueue(1);
    expect(await openJobs()).toBe(1);
  });

  it('are refused where no class handles their type, with the module and the types that it handles', async () => {
    const mistyped = work.run(MODULE, () =>
      jobs.enqueue({ type: 'payments.tri', idempotencyKey: 'never', payload: {} }),
    );
    await expect(mistyped).rejects.toThrow(
      `No class of the module "payments" handles the job "payments.tri", so it would wait for ever. The module handles "payments.try" (Trying). Correct the type, or add @JobHandler('payments.tri') to a class that the module provides.`,
    );
    expect(await openJobs()).toBe(0);
  });

  it('of a killed process are free at once, and what it still brings is dropped', async () => {
    await enqueue(1, 2);
    const abandoned = await claimOne();
    const own = await claimOne();
    // An owner with that id has no connection.
    await query(`update jobs set owner = gen_random_uuid() where idempotency_key = $1`, [
      abandoned.idempotencyKey,
    ]);
    expect(await table.releaseAbandoned()).toBe(1);
    const again = await claimOne();
    expect(again).toMatchObject({ idempotencyKey: abandoned.idempotencyKey, attempt: 2, failures: 0 });
    const finished = await work.run(MODULE, () => JobTable.finish(work.manager, [abandoned, own, again]));
    expect(finished).toEqual(new Set([own, again]));
  });

  it('belong to the module that their type starts with', async () => {
    await expect(
      work.run(MODULE, () => jobs.enqueue({ type: 'orders.try', idempotencyKey: 'key', payload: {} })),
    ).rejects.toThrow('cannot enqueue "orders.try"');
    await expect(jobs.enqueue({ type: TYPE, idempotencyKey: 'key', payload: {} })).rejects.toThrow(
      'no unit of work',
    );
  });

  it('are performed outside any unit of work, completed inside one, and deleted', async () => {
    const seen: string[] = [];
    const insideOne = (): boolean => work.isTransactional;
    run({
      perform: async () => seen.push(`perform ${insideOne()}`),
      complete: async (payload) => {
        seen.push(`complete ${insideOne()}`);
        await publish(payload);
      },
    });
    await enqueue(2);
    await eventually(async () => expect(await openJobs()).toBe(0));
    expect(seen).toEqual(['perform false', 'complete true']);
    expect(await effects(2)).toBe(1);
  });

  it('are performed again with the same key, and have one effect, when the process dies between the two steps', async () => {
    await enqueue(3);
    const first = await claimOne();
    await letLocksRunOut();
    const attempts: Omit<JobAttempt, 'signal'>[] = [];
    run({ perform: async (_, { idempotencyKey, attempt }) => attempts.push({ idempotencyKey, attempt }) });
    await eventually(async () => expect(await openJobs()).toBe(0));
    expect(attempts).toEqual([{ idempotencyKey: first.idempotencyKey, attempt: 2 }]);
    expect(await effects(3)).toBe(1);
  });

  it('cannot be completed by a process that slept through its lock', async () => {
    await enqueue(4);
    const sleeper = await claimOne();
    await letLocksRunOut();
    const successor = await claimOne();
    const completion = new JobCompletion(MODULE, work);
    const complete = (): Promise<void> => publish({ orderId: idOf(4) });

    expect(await completion.record(sleeper, complete)).toBe('taken-over');
    expect(await effects(4)).toBe(0);
    expect(await completion.record(successor, complete)).toBe('completed');
    expect(await completion.record(sleeper, complete)).toBe('taken-over');
    expect(await effects(4)).toBe(1);
  });

  it('cannot be given back by a process that slept through its lock', async () => {
    await enqueue(5);
    const sleeper = await claimOne();
    await letLocksRunOut();
    const successor = await claimOne();
    await table.fail(sleeper, 'too late', 'park');
    expect(await query('select claim, parked_at from jobs')).toEqual([
      { claim: successor.claim, parked_at: null },
    ]);
  });

  it('are tried again with growing delays, then parked where an operator sees them and sets them going again', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.01);
    const failed = jest.spyOn(table, 'fail');
    let broken = true;
    let tries = 0;
    run({
      perform: async () => {
        tries += 1;
        if (broken) throw new Error('the outside is broken');
      },
    });
    await enqueue(6);
    await eventually(async () =>
      expect(await operations.counts()).toEqual([
        { module: MODULE, type: TYPE, open: 0, scheduled: 0, parked: 1 },
      ]),
    );
    expect(tries).toBe(3);
    expect(failed.mock.calls.map(([, , next]) => next)).toEqual([{ delayMs: 5 }, { delayMs: 10 }, 'park']);
    expect(await operations.parked(MODULE)).toEqual([
      expect.objectContaining({
        idempotencyKey: `${idOf(6)}:try`,
        failures: 3,
        error: 'the outside is broken',
      }),
    ]);

    broken = false;
    expect(await operations.redrive(MODULE)).toBe(1);
    await eventually(async () => expect(await openJobs()).toBe(0));
    expect(await effects(6)).toBe(1);
  });

  it('have all their attempts and their patience again when an operator sets them going, one or all of them', async () => {
    await enqueue(14, 15, 16);
    const claimed = [await claimOne(), await claimOne(), await claimOne()];
    for (const job of claimed.slice(0, 2)) {
      await table.fail(job, 'locked', { delayMs: 0 }, true);
      await table.fail(await claimOne(), 'broken', 'park');
    }
    await table.fail(claimed[2], 'rests', { delayMs: 60_000 });
    const [{ idempotencyKey }] = await operations.parked(MODULE);
    expect(await operations.redrive(MODULE, { type: TYPE, idempotencyKey })).toBe(1);
    const fresh = { failures: 0, transientFailures: 0, failingForMs: 0 };
    expect(await claimOne()).toMatchObject({ idempotencyKey, ...fresh });
    expect(await claimOne()).toBeUndefined();
    expect(await operations.redrive(MODULE)).toBe(1);
    expect(await claimOne()).toMatchObject(fresh);
    // What rests goes on by itself.
    expect(await claimOne()).toBeUndefined();
  });

  it('rest after a failure: until then they are due for no process', async () => {
    await enqueue(8);
    const job = await claimOne();
    await table.fail(job, 'later', { delayMs: 60_000 });
    expect(
      await query('select run_at - now() > $1::interval as rests, failures, claim from jobs', ['50 seconds']),
    ).toEqual([{ rests: true, failures: 1, claim: null }]);
    expect(await claimOne()).toBeUndefined();
    await query('update jobs set run_at = now()');
    expect(await claimOne()).toMatchObject({ attempt: 2, failures: 1 });
    expect(await claimOne()).toBeUndefined();
  });

  it('keep their payload and their attempts when they are asked for again', async () => {
    await enqueue(9);
    const job = await claimOne();
    await table.fail(job, 'not now', { delayMs: 0 });
    await work.run(MODULE, () =>
      jobs.enqueue({ type: TYPE, idempotencyKey: job.idempotencyKey, payload: { orderId: idOf(99) } }),
    );
    expect(await claimOne()).toMatchObject({ payload: { orderId: idOf(9) }, attempt: 2, failures: 1 });
  });

  it('fail at their deadline, also when the handler does not heed its signal', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.01);
    let aborted = false;
    run(
      {
        perform: (_, { attempt, signal: deadline }) => {
          if (attempt > 1) return Promise.resolve('done');
          deadline.addEventListener('abort', () => (aborted = true));
          return new Promise(() => undefined);
        },
      },
      { timeoutMs: 50 },
    );
    await enqueue(7);
    await eventually(async () => expect(await openJobs()).toBe(0));
    expect(aborted).toBe(true);
  });

  it('spoil no other when one of a batch cannot be completed', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.01);
    run({
      complete: async (payload) => {
        await publish(payload);
        if (payload.orderId === idOf(11)) throw new Error('cannot be recorded');
      },
    });
    await enqueue(10, 11, 12, 13);
    await eventually(async () =>
      expect(await operations.counts()).toEqual([
        { module: MODULE, type: TYPE, open: 0, scheduled: 0, parked: 1 },
      ]),
    );
    expect(await effects(10, 12, 13)).toBe(3);
    expect(await effects(11)).toBe(0);
  });

  it('whose result cannot be recorded are shown with the reason, use up no attempt, and keep no other waiting', async () => {
    let isLocked = true;
    const complete = async (trial: Trial): Promise<void> => {
      if (isLocked && trial.orderId === idOf(21))
        throw Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
      await publish(trial);
    };
    run({ complete }, { timeoutMs: 100, maxAttempts: 1 }, 100);
    await enqueue(20, 21, 22);
    await eventually(async () => expect(await effects(20, 22)).toBe(2));
    await eventually(async () => {
      const failing = await operations.failing();
      expect(failing).toMatchObject([
        {
          idempotencyKey: `${idOf(21)}:try`,
          failures: 0,
          error: expect.stringContaining('lock timeout') as string,
        },
      ]);
      expect(failing[0].transientFailures).toBeGreaterThan(1);
    });
    isLocked = false;
    await eventually(async () => expect(await openJobs()).toBe(0));
    expect(await effects(21)).toBe(1);
  });

  it('are shared by several processes, and each is performed once', async () => {
    const performed: string[] = [];
    const handler = {
      perform: async (_: Trial, { idempotencyKey }: JobAttempt) => {
        performed.push(idempotencyKey);
        await delay(1);
      },
    };
    run(handler);
    run(handler);
    const orders = Array.from({ length: 200 }, (_, n) => 100 + n);
    await enqueue(...orders);
    await eventually(async () => expect(await openJobs()).toBe(0));
    expect(performed.length).toBe(200);
    expect(new Set(performed).size).toBe(200);
    expect(await effects(...orders)).toBe(200);
  });

  it('run no more side by side than allowed', async () => {
    let running = 0;
    let most = 0;
    run({
      concurrency: 3,
      perform: async () => {
        running += 1;
        most = Math.max(most, running);
        await delay(5);
        running -= 1;
      },
    });
    await enqueue(...Array.from({ length: 20 }, (_, n) => 400 + n));
    await eventually(async () => expect(await openJobs()).toBe(0));
    expect(most).toBe(3);
  });

  it('go by the limits that their handler reads from the settings, before those of its decorator', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const failing = jest.spyOn(table, 'fail');
    const attempts: number[] = [];
    const perform = async (_: Trial, { attempt, signal }: JobAttempt): Promise<string> => {
      attempts.push(attempt);
      // Longer than the decorator allows.
      await delay(200, undefined, { signal });
      if (attempt === 1) throw new Error('not now');
      return 'done';
    };
    run({ perform, timeoutMs: 60_000, longestRestMs: 20 }, { timeoutMs: 50 });
    await enqueue(510);
    await eventually(async () => expect(await openJobs()).toBe(0));
    expect(attempts).toEqual([1, 2]);
    expect(failing.mock.calls.map(([, error, next]) => [error, next])).toEqual([
      ['not now', { delayMs: 20 }],
    ]);
  });

  it('are given back by a process that stops and gets no answer, without having used up an attempt', async () => {
    let began: () => void = () => undefined;
    const beginning = new Promise<void>((resolve) => (began = resolve));
    const perform = (_: Trial, { signal }: JobAttempt): Promise<never> => {
      began();
      return new Promise((__, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    };
    const runner = run({ perform, timeoutMs: 600_000 }, {}, undefined, 10);
    await enqueue(520);
    await beginning;
    await runner.stop();
    expect(
      await query(
        'select failures, parked_at, run_at <= now() as due, locked_until <= now() as free from jobs',
      ),
    ).toEqual([{ failures: 0, parked_at: null, due: true, free: true }]);
  });

  it('are finished at shutdown when they run, and left for the next start when they do not', async () => {
    let began: () => void = () => undefined;
    const beginning = new Promise<void>((resolve) => (began = resolve));
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const runner = run(
      {
        perform: () => {
          began();
          return gate;
        },
      },
      { concurrency: 1 },
    );
    await enqueue(500, 501);
    await beginning;
    const stopped = runner.stop();
    release();
    await stopped;
    expect(await openJobs()).toBe(1);
    expect(await effects(500, 501)).toBe(1);
  });

  it('can be taken back until somebody has claimed them', async () => {
    await enqueue(600, 601);
    const claimed = await claimOne();
    const other = claimed.idempotencyKey === `${idOf(600)}:try` ? 601 : 600;
    const withdraw = (key: string): Promise<boolean> => work.run(MODULE, () => jobs.withdraw(TYPE, key));
    expect(await withdraw(claimed.idempotencyKey)).toBe(false);
    expect(await withdraw(`${idOf(other)}:try`)).toBe(true);
    expect(await withdraw(`${idOf(other)}:try`)).toBe(false);
    expect(await openJobs()).toBe(1);
  });

  it('outlive a loss of all connections', async () => {
    run({ perform: () => delay(30) });
    const orders = Array.from({ length: 40 }, (_, n) => 700 + n);
    await enqueue(...orders);
    for (let time = 0; time < 4; time += 1) {
      await database.cutConnections();
      await delay(30);
    }
    // A claim whose answer was cut off is free again when its time is over.
    await eventually(async () => expect(await openJobs()).toBe(0), 60_000);
    expect(await effects(...orders)).toBe(40);
  });
});
