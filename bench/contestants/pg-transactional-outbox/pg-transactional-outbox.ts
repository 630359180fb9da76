import {
  DatabaseSetupExporter,
  getDisabledLogger,
  initializeMessageStorage,
  initializePollingMessageListener,
  type PollingListenerConfig,
  type TransactionalMessage,
} from 'pg-transactional-outbox';
import { v7 as uuidv7 } from 'uuid';
import type { BenchMessage } from '../../harness/message';
import { BUSINESS_TABLE, EFFECT, UPDATE } from '../business-table';
import type { Contestant } from '../contestant';
import { execute, inTransaction, numberFrom, openPool } from '../pool';

const BATCH = 100;
const CONNECTIONS = 20;
const POLL_EVERY_MS = 10;
const logger = getDisabledLogger();

const settings = {
  dbSchema: 'public',
  dbTable: 'outbox',
  enableMaxAttemptsProtection: false,
  enablePoisonousMessageProtection: false,
  nextMessagesBatchSize: BATCH,
  nextMessagesFunctionName: 'next_outbox_messages',
  nextMessagesPollingIntervalInMs: POLL_EVERY_MS,
};

/** Its settings go to a pool, although their type is that of one connection. */
const pooled = (url: string, max: number): PollingListenerConfig['dbListenerConfig'] =>
  Object.assign({ connectionString: url }, { max });

const listenerConfig = (url: string): PollingListenerConfig => ({
  outboxOrInbox: 'outbox',
  dbListenerConfig: pooled(url, 2),
  dbHandlerConfig: pooled(url, CONNECTIONS),
  settings,
});

const outgoing = (message: BenchMessage): TransactionalMessage => ({
  id: uuidv7(),
  aggregateType: 'account',
  aggregateId: String(message.key),
  messageType: 'published',
  payload: message,
  concurrency: 'parallel',
  createdAt: new Date().toISOString(),
});

export const pgTransactionalOutbox: Contestant = {
  name: 'pg-transactional-outbox',
  settings: {
    publish: 'initializeMessageStorage, one insert for each message; concurrency "parallel"',
    'one by one': `polling listener, nextMessagesBatchSize ${BATCH}, nextMessagesPollingIntervalInMs ${POLL_EVERY_MS}, ${CONNECTIONS} connections for handlers, batchSizeStrategy without its slow start, the protections off that its documentation turns off for an outbox`,
    effect: 'the update in the transaction of the message',
    latency: 'the same',
  },
  offers: new Set(['message', 'prompt']),

  async prepare(url) {
    await execute(url, BUSINESS_TABLE);
    const script = DatabaseSetupExporter.createPollingScript(
      {
        outboxOrInbox: 'outbox',
        database: new URL(url).pathname.slice(1),
        schema: settings.dbSchema,
        table: settings.dbTable,
        listenerRole: 'postgres',
        handlerRole: 'postgres',
        nextMessagesName: settings.nextMessagesFunctionName,
      },
      true,
    );
    await execute(url, script);
  },

  async openPublisher(url, { connections }) {
    const pool = openPool(url, connections);
    const storeMessage = initializeMessageStorage(listenerConfig(url), logger);
    return {
      publishWithUpdate: (message) =>
        inTransaction(pool, async (client) => {
          await client.query({ ...UPDATE, values: [message.key] });
          await storeMessage(outgoing(message), client);
        }),
      publishMany: (messages) =>
        inTransaction(pool, async (client) => {
          for (const message of messages) await storeMessage(outgoing(message), client);
        }),
      close: () => pool.end(),
    };
  },

  async consume(url, { effect, see }) {
    const [shutdown] = initializePollingMessageListener(
      listenerConfig(url),
      {
        handle: async ({ payload }, client) => {
          const message = payload as BenchMessage;
          see(message);
          if (effect) await client.query({ ...EFFECT, values: [message.key] });
        },
      },
      logger,
      { batchSizeStrategy: () => Promise.resolve(BATCH) },
    );
    return { stop: shutdown };
  },

  stored: (url) => numberFrom(url, 'select count(*) from outbox'),
};
