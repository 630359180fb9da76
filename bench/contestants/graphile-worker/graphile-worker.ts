import { Logger, run, runMigrations, type RunnerOptions, type TaskList } from 'graphile-worker';
import type { BenchMessage } from '../../harness/message';
import { BUSINESS_TABLE, EFFECT, UPDATE } from '../business-table';
import type { Acknowledgement, ConsumeOptions, Contestant } from '../contestant';
import { execute, inTransaction, numberFrom, openPool } from '../pool';

const TASK = 'bench';
const CONCURRENCY = 24;
const LOCAL_QUEUE = 500;

/** The functions that its documentation names for SQL, called in a transaction of ours. */
const ADD_JOB = {
  name: 'bench-add-job',
  text: `select graphile_worker.add_job('${TASK}', $1::json, queue_name => $2)`,
};
const ADD_JOBS = {
  name: 'bench-add-jobs',
  text: `select count(*) from graphile_worker.add_jobs((
    select array_agg(('${TASK}', j.payload, j.queue_name, null, null, null, null, null)::graphile_worker.job_spec order by j.position)
    from unnest($1::json[], $2::text[]) with ordinality as j (payload, queue_name, position)))`,
};

/** Its jobs are handled at least once; a row for each handled job makes the effect happen exactly once. */
const INBOX = 'create table handled_jobs (id bigint primary key)';
const EFFECT_ONCE = `with fresh as (insert into handled_jobs values ($2) on conflict do nothing returning 1)
  ${EFFECT.text} and exists (select from fresh)`;

const quiet = new Logger(() => () => undefined);

const queueOf = (ordered: boolean, { key }: BenchMessage): string | null => (ordered ? String(key) : null);

export const graphileWorker: Contestant = {
  name: 'graphile-worker',
  settings: {
    publish: 'the SQL functions add_job and add_jobs',
    drain: `concurrentJobs ${CONCURRENCY}, localQueue.size ${LOCAL_QUEUE}, completeJobBatchDelay 0, as its page on performance has it`,
    'one by one': 'without the local queue and the batched completion',
    order: 'queue_name',
    effect:
      'at least once by its contract: a row for each handled job, written in the statement of the update, makes it once',
    latency: 'without the local queue and the batched completion',
  },
  offers: new Set(['ordered', 'batch', 'message', 'prompt']),

  async prepare(url) {
    await execute(url, `${BUSINESS_TABLE}; ${INBOX}`);
    await runMigrations({ connectionString: url, logger: quiet });
  },

  async openPublisher(url, { connections, ordered }) {
    const pool = openPool(url, connections);
    return {
      publishWithUpdate: (message) =>
        inTransaction(pool, async (client) => {
          await client.query({ ...UPDATE, values: [message.key] });
          await client.query({ ...ADD_JOB, values: [JSON.stringify(message), queueOf(ordered, message)] });
        }),
      publishMany: (messages) =>
        inTransaction(pool, async (client) => {
          const values = [
            messages.map((message) => JSON.stringify(message)),
            messages.map((message) => queueOf(ordered, message)),
          ];
          await client.query({ ...ADD_JOBS, values });
        }),
      close: () => pool.end(),
    };
  },

  async consume(url, options) {
    const runner = await run({
      connectionString: url,
      logger: quiet,
      noHandleSignals: true,
      taskList: tasksFor(options),
      preset: {
        worker: {
          concurrentJobs: CONCURRENCY,
          maxPoolSize: CONCURRENCY + 2,
          ...batching(options.prompt ? 'message' : options.acknowledgement),
        },
      },
    } satisfies RunnerOptions);
    return { stop: () => runner.stop() };
  },

  stored: (url) => numberFrom(url, 'select count(*) from graphile_worker._private_jobs'),
};

const batching = (acknowledgement: Acknowledgement) =>
  acknowledgement === 'batch'
    ? { localQueue: { size: LOCAL_QUEUE }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }
    : {};

const tasksFor = ({ effect, see }: ConsumeOptions): TaskList => ({
  [TASK]: async (payload, helpers) => {
    const message = payload as BenchMessage;
    see(message);
    if (effect) await helpers.query(EFFECT_ONCE, [message.key, helpers.job.id]);
  },
});
