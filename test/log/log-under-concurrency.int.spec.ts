import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { openTestDatabase, type TestDatabase } from '../support/database';
import { flawless, judge, type Seen } from './judge';
import { readByPosition, readByTransaction } from './naive-cursors';
import { publishUnderConcurrency, WRITERS_TABLES } from './writers';

/** More for a longer look: SEAMLINE_LOG_MESSAGES=100000. */
const MESSAGES = Number(process.env.SEAMLINE_LOG_MESSAGES ?? 6_000);

interface LogEnd {
  generation: number;
  tick: string;
}

class ReaderProcess {
  private readonly child: ChildProcess = fork(join(__dirname, 'reader-process.js'));

  constructor(private readonly pageSize: number) {}

  async start(test: TestDatabase): Promise<void> {
    const connection = test.connections.find(({ module }) => module === 'orders');
    this.child.send({ connection, pageSize: this.pageSize });
    await once(this.child, 'message');
  }

  /**
   * What it has seen when it has read all windows up to this tick; a busy machine may let it wait for the
   * last ones.
   */
  async readThrough(end: LogEnd): Promise<Seen[]> {
    this.child.send(end);
    const [seen] = (await once(this.child, 'message')) as [Seen[]];
    await once(this.child, 'exit');
    return seen;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

describe('The log under many writers', () => {
  let test: TestDatabase;
  let admin: Client;
  const readers = [37, 5, 500].map((pageSize) => new ReaderProcess(pageSize));
  let committed: Set<string>;
  let byWindows: Seen[][];
  let byPosition: Seen[];
  let byTransaction: Seen[];

  beforeAll(async () => {
    test = await openTestDatabase(['orders'], { poolSize: 28 });
    admin = new Client({ connectionString: test.adminUrl });
    await admin.connect();
    await admin.query(WRITERS_TABLES);
    await Promise.all(readers.map((reader) => reader.start(test)));

    let written = false;
    const database = test.databases.of('orders');
    const naive = Promise.all([
      readByPosition(database, () => written),
      readByTransaction(database, () => written),
    ]);
    const foreign = stayInATransaction(admin);
    committed = await publishUnderConcurrency(database, MESSAGES);
    await foreign;
    written = true;
    [byPosition, byTransaction] = await naive;
    const [end]: LogEnd[] = await database.query(
      'select current_generation as generation, current_tick as tick from take_tick()',
    );
    byWindows = await Promise.all(readers.map((reader) => reader.readThrough(end)));
  }, 600_000);

  afterAll(async () => {
    for (const reader of readers) reader.kill();
    await admin?.end();
    await test?.close();
  });

  it('is read by every process without loss, doubling or a key out of order', () => {
    expect(committed.size).toBeGreaterThan(MESSAGES * 0.9);
    expect(byWindows.map((seen) => judge(seen, committed))).toEqual(readers.map(() => flawless));
  });

  it('has one order for everybody', () => {
    const orders = byWindows.map((seen) => seen.map(({ id }) => id).join());
    expect(new Set(orders).size).toBe(1);
  });

  it('shows why: a cursor on the position loses messages', () => {
    expect(judge(byPosition, committed).lost).toBeGreaterThan(0);
  });

  it('shows why: a cursor on the transaction id turns keys round', () => {
    expect(judge(byTransaction, committed).outOfOrder).toBeGreaterThan(0);
  });
});

/**
 * A transaction that has nothing to do with the log and stays open; a reader that waits for it stands still.
 */
async function stayInATransaction(client: Client): Promise<void> {
  await client.query('begin');
  await client.query('insert into orders.log_test_unrelated values (1)');
  await sleep(2_000);
  await client.query('commit');
}
