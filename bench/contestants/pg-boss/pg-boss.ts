import { type ConstructorOptions, type Db, type Job, PgBoss } from 'pg-boss';
import type { PoolClient } from 'pg';
import type { BenchMessage } from '../../harness/message';
import { BUSINESS_TABLE, EFFECT, UPDATE } from '../business-table';
import type { ConsumeOptions, Contestant } from '../contestant';
import { execute, inTransaction, numberFrom, openPool } from '../pool';

const [STANDARD, FIFO] = ['bench', 'bench-in-order'];
const BATCH = 1_000;
/** Smaller where the handler locks rows: workers side by side wait for each other's. */
const EFFECT_BATCH = 100;
const WORKERS = 4;
/** The numbers of waiting jobs, which tell workers to go on without a pause, are looked up every second. */
const FRESH_COUNTS = { superviseIntervalSeconds: 1, monitorIntervalSeconds: 1, queueCacheIntervalSeconds: 1 };

/** Runs pg-boss's statements in a transaction of ours, as its documentation shows it. */
const within = (client: PoolClient): Db => ({ executeSql: (text, values) => client.query(text, values) });

async function start(url: string, options: ConstructorOptions): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: url, schedule: false, ...options });
  boss.on('error', () => undefined);
  await boss.start();
  return boss;
}

export const pgBoss: Contestant = {
  name: 'pg-boss',
  settings: {
    publish: 'send and insert with the db of the transaction',
    drain: `batchSize ${BATCH}, localConcurrency ${WORKERS}, burstWhenBatchFull, pollingIntervalSeconds 0.5`,
    'one by one': 'perJobResults; for effects batchSize 1 and burstWhenReadyExceeds 1',
    order: 'the queue policy key_strict_fifo',
    effect: `transactional workers, batchSize ${EFFECT_BATCH}`,
    latency: 'useListenNotify, notify on the queue, batchSize 50',
  },
  offers: new Set(['ordered', 'batch', 'message', 'prompt']),

  async prepare(url) {
    await execute(url, BUSINESS_TABLE);
    const boss = await start(url, { supervise: false });
    await boss.createQueue(STANDARD, { policy: 'standard' });
    await boss.createQueue(FIFO, { policy: 'key_strict_fifo' });
    await boss.stop({ graceful: false });
  },

  async openPublisher(url, { connections, ordered }) {
    const pool = openPool(url, connections);
    const boss = await start(url, { supervise: false, max: 2 });
    const queue = ordered ? FIFO : STANDARD;
    const keyOf = ({ key }: BenchMessage): { singletonKey?: string } =>
      ordered ? { singletonKey: String(key) } : {};
    return {
      publishWithUpdate: (message) =>
        inTransaction(pool, async (client) => {
          await client.query({ ...UPDATE, values: [message.key] });
          await boss.send(queue, message, { ...keyOf(message), db: within(client) });
        }),
      publishMany: (messages) =>
        inTransaction(pool, async (client) => {
          const jobs = messages.map((message) => ({ data: message, ...keyOf(message) }));
          await boss.insert(queue, jobs, { db: within(client) });
        }),
      close: async () => {
        await boss.stop({ graceful: false });
        await pool.end();
      },
    };
  },

  async consume(url, options) {
    const boss = await start(url, { max: WORKERS * 2 + 2, useListenNotify: options.prompt, ...FRESH_COUNTS });
    if (options.prompt) await boss.updateQueue(STANDARD, { notify: true });
    await work(boss, options);
    return { stop: () => boss.stop({ graceful: false }) };
  },

  stored: (url) => numberFrom(url, 'select count(*) from pgboss.job'),
};

async function work(
  boss: PgBoss,
  { ordered, effect, acknowledgement, prompt, see }: ConsumeOptions,
): Promise<void> {
  const queue = ordered ? FIFO : STANDARD;
  const options = {
    batchSize: prompt ? 50 : BATCH,
    localConcurrency: WORKERS,
    burstWhenBatchFull: true,
    pollingIntervalSeconds: 0.5,
  };
  const seeAll = (jobs: readonly Job<BenchMessage>[]): void => jobs.forEach(({ data }) => see(data));
  if (effect) {
    const single =
      acknowledgement === 'message'
        ? { batchSize: 1, burstWhenReadyExceeds: 1 }
        : { batchSize: EFFECT_BATCH };
    const transactional = { ...options, ...single, transactional: true as const };
    await boss.work<BenchMessage, void, typeof transactional>(
      queue,
      transactional,
      async (jobs, transaction) => {
        seeAll(jobs);
        // Workers side by side change the same rows: in one order, or they would wait for each other.
        for (const { data } of jobs.toSorted((one, other) => one.data.key - other.data.key))
          await transaction.executeSql(EFFECT.text, [data.key]);
      },
    );
  } else if (acknowledgement === 'message') {
    await boss.work<BenchMessage>(queue, { ...options, perJobResults: true as const }, async (jobs) => {
      seeAll(jobs);
      return jobs.map(({ id }) => ({ id, status: 'completed' as const }));
    });
  } else {
    await boss.work<BenchMessage>(queue, options, async (jobs: Job<BenchMessage>[]) => seeAll(jobs));
  }
}
