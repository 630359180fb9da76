import { IsInt } from 'class-validator';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import { EventContract } from '../messages/contract';
import { EventMessage } from '../messages/message';
import { laneOf } from '../unit-of-work/outbox';
import { SubscriptionOperations } from './subscription-operations';

const MODULE = 'orders';
const LOG = 'payments';
const WATCH = 'orders.watch';

@EventContract('payments.counted')
class Counted extends EventMessage<Counted> {
  @IsInt()
  readonly number!: number;
}

describe('operations on subscriptions', () => {
  let database: TestDatabase;
  let work: UnitOfWork;
  let operations: SubscriptionOperations;
  let published = 0;

  const inModule = <T>(sql: string, parameters: unknown[] = []): Promise<T[]> =>
    database.databases.of(MODULE).query(sql, parameters);
  const inLog = <T>(sql: string): Promise<T[]> => database.databases.of(LOG).query(sql);

  const publish = (...keys: string[]): Promise<void> =>
    work.run(LOG, async () => {
      for (const key of keys)
        work.append({
          message: new Counted({ number: 1 }),
          aggregateType: 'counter',
          aggregateId: key,
          keyVersion: ++published,
        });
    });

  const takeTick = async (): Promise<string> =>
    (await inLog<{ current_tick: string }>('select * from take_tick()'))[0].current_tick;
  const moveTo = (tick: string, seq = '0'): Promise<unknown> =>
    inModule('update subscription_positions set tick = $1, seq = $2', [tick, seq]);
  const lags = async (): Promise<(number | null)[]> => (await operations.list()).map(({ lag }) => lag);
  const hold = (key: string, place: number, state: string, attempts = 0): Promise<unknown> =>
    inModule(
      `insert into deferred_messages (subscription, log, key, generation, tick, seq, lane, state, attempts, error, envelope)
       values ($1, $2, $3, 1, 1, $4, $5, $6, $7, case when $6 <> 'queued' then 'Error: no' end, '{"id": "4711", "type": "payments.counted"}')`,
      [WATCH, LOG, key, place, laneOf(key), state, attempts],
    );

  beforeAll(async () => {
    database = await openTestDatabase([MODULE, LOG]);
    work = database.unitOfWork();
    operations = new SubscriptionOperations(database.databases);
  });

  beforeEach(async () => {
    const tick = await takeTick();
    await inModule('insert into subscriptions (subscription) values ($1)', [WATCH]);
    await inModule(
      `insert into subscription_positions (subscription, log, lane_group, first_lane, last_lane, generation, tick, seq)
       values ($1, $2, 0, 0, 127, 1, $3, 0), ($1, $2, 1, 128, 255, 1, $3, 0)`,
      [WATCH, LOG, tick],
    );
  });

  afterEach(async () => {
    for (const table of ['deferred_messages', 'subscription_positions', 'subscriptions'])
      await database.asAdministrator(MODULE, `delete from ${MODULE}.${table}`);
  });

  afterAll(() => database.close());

  describe('list every lane group', () => {
    const [low, high] = [
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].filter((key) => laneOf(key) < 128),
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].filter((key) => laneOf(key) >= 128),
    ];

    it('with the messages of its lanes that it has not reached, closed by a tick or not', async () => {
      expect(await lags()).toEqual([0, 0]);
      await publish(...low, ...high);
      expect(await lags()).toEqual([low.length, high.length]);
      const tick = await takeTick();
      expect(await lags()).toEqual([low.length, high.length]);
      await publish(low[0]);
      await moveTo(tick);
      expect(await lags()).toEqual([1, 0]);
    });

    it('from its place within a window', async () => {
      const before = await takeTick();
      await publish(low[0], low[1], high[0]);
      await takeTick();
      const [first]: { seq: string }[] = await inLog(
        'select seq from outbox order by seq desc limit 1 offset 2',
      );
      await moveTo(before, first.seq);
      expect(await lags()).toEqual([1, 1]);
    });

    it('and counts nothing that was rolled back', async () => {
      const failing = work.run(LOG, async () => {
        work.append({
          message: new Counted({ number: 1 }),
          aggregateType: 'counter',
          aggregateId: 'a',
          keyVersion: ++published,
        });
        await work.manager.query('select 1 / 0');
      });
      await expect(failing).rejects.toThrow('division by zero');
      expect(await lags()).toEqual([0, 0]);
    });

    it('with the process that holds its lease, while the lease lasts', async () => {
      const owner = '00000000-0000-7000-8000-000000000001';
      await inModule(
        `update subscription_positions set owner = $1, leased_until = now() + make_interval(mins => case lane_group when 0 then 1 else -1 end)`,
        [owner],
      );
      expect((await operations.list()).map((status) => status.owner)).toEqual([owner, null]);
    });

    it('with what it holds back', async () => {
      await hold(low[0], 1, 'parked', 8);
      await hold(low[0], 2, 'queued');
      await hold(low[1], 3, 'retrying', 2);
      expect(await operations.list()).toMatchObject([
        { subscription: WATCH, log: LOG, laneGroup: 0, parked: 1, queued: 1, retrying: 1, paused: false },
        { subscription: WATCH, log: LOG, laneGroup: 1, parked: 0, queued: 0, retrying: 0, paused: false },
      ]);
    });
  });

  it('list deferred messages in the order of the log, with their errors', async () => {
    await hold('a', 2, 'queued');
    await hold('a', 1, 'parked', 8);
    expect(await operations.deferred()).toMatchObject([
      {
        subscription: WATCH,
        log: LOG,
        key: 'a',
        state: 'parked',
        attempts: 8,
        error: 'Error: no',
        messageId: '4711',
        type: 'payments.counted',
      },
      { key: 'a', state: 'queued', error: null },
    ]);
  });

  it('pause and resume', async () => {
    const paused = async (): Promise<boolean[]> => (await operations.list()).map((status) => status.paused);
    await operations.pause(WATCH);
    await operations.pause(WATCH);
    expect(await paused()).toEqual([true, true]);
    await operations.resume(WATCH);
    expect(await paused()).toEqual([false, false]);
  });

  it('redrive every parked key from its first attempt, and leave the rest as it is', async () => {
    await hold('a', 1, 'parked', 8);
    await hold('a', 2, 'queued');
    await hold('b', 3, 'parked', 1);
    await hold('c', 4, 'retrying', 3);
    expect(await operations.redrive(WATCH)).toBe(2);
    const held = await operations.deferred();
    expect(held.map(({ key, state, attempts }) => [key, state, attempts])).toEqual([
      ['a', 'retrying', 0],
      ['a', 'queued', 0],
      ['b', 'retrying', 0],
      ['c', 'retrying', 3],
    ]);
    const [due]: { count: number }[] = await inModule(
      'select count(*)::int as count from deferred_messages where retry_at <= clock_timestamp()',
    );
    expect(due.count).toBe(2);
    expect(await operations.redrive(WATCH)).toBe(0);
  });

  it('redrive one key', async () => {
    await hold('a', 1, 'parked', 8);
    await hold('b', 2, 'parked', 8);
    expect(await operations.redrive(WATCH, 'b')).toBe(1);
    expect(await operations.redrive(WATCH, 'nobody')).toBe(0);
    expect((await operations.deferred()).map(({ key, state }) => [key, state])).toEqual([
      ['a', 'parked'],
      ['b', 'retrying'],
    ]);
  });

  it.each(['orders.nothing', 'nobody.watch', 'orders', '', "orders.watch'; drop table sagas; --"])(
    'refuse the unknown subscription %p',
    async (name) => {
      const refusal = { name: 'Refusal', kind: 'unknown', code: 'ops.subscription-unknown' };
      await expect(operations.pause(name)).rejects.toMatchObject(refusal);
      await expect(operations.resume(name)).rejects.toMatchObject(refusal);
      await expect(operations.redrive(name)).rejects.toMatchObject(refusal);
    },
  );

  it('count what was published, what is parked and what waits', async () => {
    const before = await operations.totals();
    await publish('a', 'b');
    await hold('a', 1, 'parked', 8);
    await hold('a', 2, 'queued');
    await hold('b', 3, 'retrying', 1);
    expect(await operations.totals()).toEqual({ published: before.published + 2, parked: 1, waiting: 2 });
  });
});
