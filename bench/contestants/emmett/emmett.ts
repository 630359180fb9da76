import type { Event } from '@event-driven-io/emmett';
import { inlineProjections } from '@event-driven-io/emmett';
import {
  getPostgreSQLEventStore,
  postgreSQLEventStoreConsumer,
  type PostgresEventStoreOptions,
  postgreSQLProjection,
} from '@event-driven-io/emmett-postgresql';
import type { BenchMessage } from '../../harness/message';
import { BUSINESS_TABLE, EFFECT, UPDATE } from '../business-table';
import type { Contestant } from '../contestant';
import { execute, numberFrom, openPool } from '../pool';

// An interface has no index signature, which the library asks of its data.
type Published = Event<'Published', Pick<BenchMessage, keyof BenchMessage>>;

const BATCH = 1_000;
const PULL_EVERY_MS = 5;

const eventOf = (data: BenchMessage): Published => ({ type: 'Published', data });

/** Its way to change other tables in the transaction that appends. */
const businessUpdate = postgreSQLProjection<Published>({
  name: 'bench-business-update',
  canHandle: ['Published'],
  handle: async (events, { connection }) => {
    for (const { data } of events) await connection.client.query({ ...UPDATE, values: [data.key] });
  },
});

const store = (url: string, options: PostgresEventStoreOptions) =>
  getPostgreSQLEventStore(url, { schema: { autoMigration: 'None' }, ...options });

export const emmett: Contestant = {
  name: 'emmett',
  settings: {
    publish: 'the business update as an inline projection, a stream for each key; bulk into one stream',
    drain: `a reactor, pulling.batchSize ${BATCH}, pullingFrequencyInMs ${PULL_EVERY_MS}: one transaction for each batch, a checkpoint for each message`,
    effect: 'the update in the transaction of the batch',
    latency: 'the same',
  },
  offers: new Set(['ordered', 'batch', 'prompt']),

  async prepare(url) {
    await execute(url, BUSINESS_TABLE);
    const created = getPostgreSQLEventStore(url, { projections: inlineProjections([businessUpdate]) });
    await created.schema.migrate();
    await created.close();
  },

  async openPublisher(url, { connections }) {
    const pool = openPool(url, connections);
    const updating = store(url, {
      connectionOptions: { pool },
      projections: inlineProjections([businessUpdate]),
    });
    const plain = store(url, { connectionOptions: { pool } });
    let streams = 0;
    return {
      publishWithUpdate: async (message) =>
        void (await updating.appendToStream(`account-${message.key}`, [eventOf(message)])),
      publishMany: async (messages) => {
        streams += 1;
        await plain.appendToStream(
          `bulk-${process.pid}-${performance.now()}-${streams}`,
          messages.map(eventOf),
        );
      },
      close: async () => {
        await updating.close();
        await plain.close();
        if (!pool.ended) await pool.end();
      },
    };
  },

  async consume(url, { effect, see }) {
    const consumer = postgreSQLEventStoreConsumer<Published>({
      connectionString: url,
      pulling: { batchSize: BATCH, pullingFrequencyInMs: PULL_EVERY_MS },
    });
    consumer.reactor<Published>({
      processorId: 'bench-count',
      startFrom: 'BEGINNING',
      eachMessage: async ({ data }, { connection }) => {
        see(data);
        if (effect) await connection.client.query({ ...EFFECT, values: [data.key] });
      },
    });
    const running = consumer.start();
    return {
      stop: async () => {
        await consumer.close();
        await running;
      },
    };
  },

  stored: (url) => numberFrom(url, 'select count(*) from emt_messages'),
};
