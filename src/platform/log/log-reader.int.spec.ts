import { IsInt } from 'class-validator';
import { Client } from 'pg';
import { openTestDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { EventContract } from '../messages/contract';
import type { LogPosition } from '../messages/envelope';
import { EventMessage } from '../messages/message';
import { ServerHistory } from '../database/server-history';
import { startOfWindow } from './log-position';
import { LogReader } from './log-reader';
import { LogUnavailable } from './log-source';

@EventContract('orders.numbered', { version: 1 })
class Numbered extends EventMessage<Numbered> {
  @IsInt()
  readonly number!: number;
}

/** More than are read of the table at once, and no more than are kept. */
const MESSAGES = 3_000;
const PER_TRANSACTION = 1_000;
const PAGE = 700;

describe('A reader of a log with a backlog', () => {
  let test: TestDatabase;
  let reader: LogReader;
  let beginning: LogPosition;

  beforeAll(async () => {
    test = await openTestDatabase(['orders']);
    reader = new LogReader('orders', test.databases.of('orders'), { pollMs: [5, 50], cacheSize: 20 });
    await reader.start();
    beginning = reader.end;
    const work = test.unitOfWork();
    for (let first = 0; first < MESSAGES; first += PER_TRANSACTION)
      await work.run('orders', async () => {
        for (let number = first; number < first + PER_TRANSACTION; number += 1)
          work.append({
            message: new Numbered({ number }),
            aggregateType: 'test',
            aggregateId: `${number}`,
            keyVersion: 1,
          });
      });
    reader.signal();
    await eventually(() => expect(reader.end.tick).toBeGreaterThan(beginning.tick));
  });

  afterAll(async () => {
    await reader.stop();
    await test.close();
  });

  /** All pages from the beginning to the end. */
  async function pages(): Promise<unknown[][]> {
    const found: unknown[][] = [];
    for (let from = beginning; ;) {
      const { messages, end } = await reader.read(from, PAGE);
      if (end === from) return found;
      found.push(messages.map(({ data }) => data.number));
      from = end;
    }
  }

  it('hands out each message once, in the order of the log', async () => {
    expect((await pages()).flat()).toEqual(Array.from({ length: MESSAGES }, (_, number) => number));
  });

  it('fills pages up with what was read ahead', async () => {
    await eventually(async () =>
      expect((await pages()).slice(0, -1).filter(({ length }) => length < PAGE)).toEqual([]),
    );
  });
});

describe('A reader that has not ticked since its server recovered', () => {
  it('hands out nothing from the log: the ticks that it knows may be gone', async () => {
    const test = await openTestDatabase(['orders']);
    const database = test.databases.of('orders');
    const reader = new LogReader('orders', database, { pollMs: [5, 50], cacheSize: 20 });
    try {
      const work = test.unitOfWork();
      await work.run('orders', async () =>
        work.append({
          message: new Numbered({ number: 1 }),
          aggregateType: 'test',
          aggregateId: '1',
          keyVersion: 1,
        }),
      );
      await reader.start();
      await reader.stop();
      expect(reader.end.tick).toBe(1n);
      ServerHistory.of(database)['note']('the mark of another life', performance.now());
      await expect(reader.read(startOfWindow(1, 0n), 10)).rejects.toThrow(LogUnavailable);
    } finally {
      await test.close();
    }
  });
});

describe('A reader whose tick is another process’s', () => {
  /** Advisory locks that the reader waits for before its tick, and between its tick and its page. */
  const [BEFORE, BETWEEN] = [4_711, 4_712];
  let test: TestDatabase;
  let admin: Client;
  let reader: LogReader;

  beforeAll(async () => {
    test = await openTestDatabase(['orders']);
    admin = new Client({ connectionString: test.adminUrl });
    await admin.connect();
    await admin.query(`
      set search_path = orders;
      alter function take_tick() rename to take_tick_at_once;
      create function take_tick(out current_generation int, out current_tick bigint, out taken_at text, out mark text, out written bigint, out flushed bigint)
      language plpgsql as $$
      begin
        perform pg_advisory_xact_lock_shared(${BEFORE});
        select * into current_generation, current_tick, taken_at, mark, written, flushed from take_tick_at_once();
        perform pg_advisory_xact_lock_shared(${BETWEEN});
      end $$;
      grant execute on function take_tick() to public`);
    reader = new LogReader('orders', test.databases.of('orders'), { pollMs: [5, 50], cacheSize: 20 });
    await reader.start();
  });

  afterAll(async () => {
    await reader.stop();
    await admin.end();
    await test.close();
  });

  it('hands out what that process closed meanwhile once', async () => {
    const beginning = reader.end;
    const work = test.unitOfWork();
    const publish = (number: number): Promise<void> =>
      work.run('orders', async () =>
        work.append({
          message: new Numbered({ number }),
          aggregateType: 'test',
          aggregateId: `${number}`,
          keyVersion: 1,
        }),
      );
    const waitsFor = (lock: number): Promise<void> =>
      eventually(async () => {
        const { rowCount } = await admin.query(
          'select from pg_locks where locktype = $1 and objid = $2 and not granted',
          ['advisory', lock],
        );
        expect(rowCount).toBe(1);
      });
    await admin.query(`select pg_advisory_lock(${BEFORE}), pg_advisory_lock(${BETWEEN})`);
    reader.signal();
    await waitsFor(BEFORE);
    await publish(1);
    await admin.query('select take_tick_at_once()');
    await publish(2);
    await admin.query(`select take_tick_at_once(), pg_advisory_unlock(${BEFORE})`);
    await waitsFor(BETWEEN);
    await publish(3);
    await admin.query(`select take_tick_at_once(), pg_advisory_unlock(${BETWEEN})`);
    reader.signal();
    await eventually(() => expect(reader.end.tick).toBe(beginning.tick + 3n));
    expect((await reader.read(beginning, 10)).messages.map(({ data }) => data.number)).toEqual([1, 2, 3]);
  });
});

describe('A reader whose module has all other connections in use', () => {
  it('reads on: ticks have a connection of their own', async () => {
    const test = await openTestDatabase(['orders']);
    const database = test.databases.of('orders');
    const reader = new LogReader('orders', database, { pollMs: [5, 50], cacheSize: 20 });
    const { options } = (database.driver as unknown as { master: { options: { max: number } } }).master;
    const others = Array.from({ length: options.max - 1 }, () => database.createQueryRunner());
    const next = database.createQueryRunner();
    let waiting: Promise<unknown> | undefined;
    try {
      await reader.start();
      const before = reader.end;
      await Promise.all(others.map((runner) => runner.connect()));
      // It would get whatever the reader gave back.
      waiting = next.connect().catch(() => undefined);
      const append = `insert into outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
        select generation, gen_random_uuid(), 'event', 'test', '1', 'orders.numbered', 1, '{"number":1}', '{}', 0, 1 from log_head`;
      await others[0].query(append);
      reader.signal();
      await eventually(() => expect(reader.end.tick).toBeGreaterThan(before.tick));
    } finally {
      await Promise.all(others.map((runner) => runner.release()));
      await waiting;
      await next.release();
      await reader.stop();
      await test.close();
    }
  });

  it('gives that connection back when it stops', async () => {
    const test = await openTestDatabase(['orders']);
    const database = test.databases.of('orders');
    const reader = new LogReader('orders', database, { pollMs: [5, 50], cacheSize: 20 });
    await reader.start();
    await reader.stop();
    const pool = (database.driver as unknown as { master: { totalCount: number; idleCount: number } }).master;
    expect(pool.totalCount - pool.idleCount).toBe(0);
    await test.close();
  });
});
