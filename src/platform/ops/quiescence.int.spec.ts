import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { JobOperations } from '../jobs/job-operations';
import { JobSignal } from '../jobs/job-signal';
import { SubscriptionOperations, type SubscriptionStatus } from '../subscriptions/subscription-operations';
import { Quiescence } from './quiescence';

const MODULE = 'payments';

describe('quiescence', () => {
  let database: TestDatabase;
  let subscriptions: SubscriptionOperations;
  let jobs: JobOperations;
  let quiescence: Quiescence;

  const query = (sql: string): Promise<unknown> => database.databases.of(MODULE).query(sql);
  const hold = (key: string, place: number, state: string): Promise<unknown> =>
    query(`insert into deferred_messages (subscription, log, key, generation, tick, seq, lane, state, envelope)
           values ('payments.watch', 'payments', '${key}', 1, 1, ${place}, 1, '${state}', '{}')`);

  beforeAll(async () => {
    database = await openTestDatabase([MODULE]);
    subscriptions = new SubscriptionOperations(database.databases);
    jobs = new JobOperations(database.databases, new JobSignal());
    quiescence = new Quiescence(database.databases, subscriptions, jobs);
    await query(`insert into subscriptions (subscription) values ('payments.watch')`);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    for (const table of ['deferred_messages', 'sagas', 'jobs'])
      await database.asAdministrator(MODULE, `delete from ${MODULE}.${table}`);
  });

  afterAll(() => database.close());

  it('is a system in which nothing ever happened', async () => {
    expect(await quiescence.measure()).toEqual({
      quiescent: true,
      lag: 0,
      retrying: 0,
      runningProcesses: 0,
      openJobs: 0,
      unreachableLogs: 0,
    });
  });

  it('is not one with messages that a subscription has not reached', async () => {
    jest.spyOn(subscriptions, 'list').mockResolvedValue([{ lag: 3 } as SubscriptionStatus]);
    expect(await quiescence.measure()).toMatchObject({ quiescent: false, lag: 3 });
    jest
      .spyOn(subscriptions, 'list')
      .mockResolvedValue([{ lag: null, log: 'elsewhere' } as SubscriptionStatus]);
    expect(await quiescence.measure()).toMatchObject({ quiescent: false, lag: 0, unreachableLogs: 1 });
  });

  it('is not one with a process that has not ended', async () => {
    await query(`insert into sagas (saga, id, state, final, facts, started_at, changed_at)
                 values ('payments.life', '1', 'waiting', false, '{}', now(), now()), ('payments.life', '2', 'over', true, '{}', now(), now())`);
    expect(await quiescence.measure()).toMatchObject({ quiescent: false, runningProcesses: 1 });
  });

  it('is not one with an open job, but one with a parked job', async () => {
    await query(
      `insert into jobs (type, idempotency_key, payload, headers) values ('payments.try', 'a', '{}', '{}')`,
    );
    expect(await quiescence.measure()).toMatchObject({ quiescent: false, openJobs: 1 });
    await query('update jobs set parked_at = now()');
    expect(await quiescence.measure()).toMatchObject({ quiescent: true, openJobs: 0, unreachableLogs: 0 });
  });

  it('is one whose jobs all wait for their time, and not one with a job that is tried again later', async () => {
    await query(
      `insert into jobs (type, idempotency_key, payload, headers, run_at) values ('payments.sweep', 'next', '{}', '{}', now() + interval '1 hour')`,
    );
    expect(await quiescence.measure()).toMatchObject({ quiescent: true, openJobs: 0 });
    expect(await jobs.counts()).toEqual([
      { module: MODULE, type: 'payments.sweep', open: 0, scheduled: 1, parked: 0 },
    ]);
    await query('update jobs set attempts = 1');
    expect(await quiescence.measure()).toMatchObject({ quiescent: false, openJobs: 1 });
  });

  it('is one whose deferred messages all wait for an operator', async () => {
    await hold('a', 1, 'parked');
    await hold('a', 2, 'queued');
    expect(await quiescence.measure()).toMatchObject({ quiescent: true, retrying: 0 });
    await hold('b', 3, 'retrying');
    await hold('b', 4, 'queued');
    await hold('c', 5, 'queued');
    expect(await quiescence.measure()).toMatchObject({ quiescent: false, retrying: 3 });
  });

  it('is not one in which something was published while it was looked at', async () => {
    const list = jest.spyOn(subscriptions, 'list');
    list
      .mockImplementationOnce(async () => [])
      .mockImplementationOnce(async () => {
        // A job that was open at neither look published this in between, and it was handled at once.
        await database.asAdministrator(MODULE, `select nextval('${MODULE}.outbox_seq_seq')`);
        return [];
      });
    expect((await quiescence.measure()).quiescent).toBe(false);
  });
});
