import type { QueryConfig } from 'pg';
import { appendStatement } from '../../../src/platform/unit-of-work/append-statement';
import { laneOf } from '../../../src/platform/unit-of-work/outbox';
import { newId } from '../../../src/platform/kernel/new-id';
import { rulesFingerprint } from '../../../src/platform/messages/validation/validation-metadata';
import type { BenchMessage } from '../../harness/message';
import { UPDATE } from '../business-table';
import type { Contestant } from '../contestant';
import { inTransaction, numberFrom, openPool } from '../pool';
import { moduleUrl, prepareModule } from '../seamline/application';
import { applyInBatches } from './apply-in-batches';
import { readWindow } from './read-window';

/** The statement that Seamline sends for these messages, prepared as it prepares it. */
function appendOf(messages: readonly BenchMessage[]): QueryConfig {
  const headers = JSON.stringify({ correlationId: newId(), rules: rulesFingerprint() });
  const rows = messages.map((message) => ({
    kind: 'event',
    aggregateType: 'account',
    aggregateId: String(message.key),
    type: 'bench.published',
    version: 1,
    payload: JSON.stringify(message),
    headers,
    lane: laneOf(String(message.key)),
    keyVersion: message.sequence,
  }));
  return { name: rows.length === 1 ? 'append-one' : 'append-many', ...appendStatement(rows) };
}

/** The floor: the same statements on the same tables through `pg`, with nothing around them. */
export const raw: Contestant = {
  name: 'raw SQL',
  settings: {
    publish:
      "Seamline's own statement on its tables, prepared, through pg; each of begin, update, insert and commit is waited for",
    drain: 'the log as one window through one cursor, 2,000 rows at a time; no position is kept',
    effect: '4 connections, 100 updates in a transaction',
  },
  offers: new Set(['ordered', 'batch']),
  prepare: prepareModule,

  async openPublisher(url, { connections }) {
    const pool = openPool(moduleUrl(url), connections);
    return {
      publishWithUpdate: (message) =>
        inTransaction(pool, async (client) => {
          await client.query({ ...UPDATE, values: [message.key] });
          await client.query(appendOf([message]));
        }),
      publishMany: (messages) =>
        inTransaction(pool, async (client) => void (await client.query(appendOf(messages)))),
      close: () => pool.end(),
    };
  },

  consume: async (url, { effect, see }) =>
    effect ? applyInBatches(moduleUrl(url), see) : readWindow(moduleUrl(url), see),
  stored: (url) => numberFrom(url, 'select count(*) from bench.outbox'),
};
