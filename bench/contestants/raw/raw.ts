import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { BenchMessage } from '../../harness/message';
import { UPDATE } from '../business-table';
import type { Contestant } from '../contestant';
import { inTransaction, numberFrom, openPool } from '../pool';
import { moduleUrl, prepareModule } from '../seamline/application';
import { applyInBatches } from './apply-in-batches';
import { readWindow } from './read-window';

/** Writes what Seamline writes, in the way it does, so that the difference is what the product costs. */
const INSERT = {
  name: 'bench-insert',
  text: `insert into outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
    select (select generation from log_head), m.id, 'event', 'account', m.aggregateid, 'bench.published', 1, m.payload, m.headers, m.lane, m.key_version
    from unnest($1::uuid[], $2::text[], $3::jsonb[], $4::jsonb[], $5::smallint[], $6::bigint[])
      with ordinality as m (id, aggregateid, payload, headers, lane, key_version, position)
    order by m.position`,
};

const columnsOf = (messages: readonly BenchMessage[]): unknown[][] => [
  messages.map(() => uuidv7()),
  messages.map(({ key }) => String(key)),
  messages.map((message) => JSON.stringify(message)),
  messages.map(() => JSON.stringify({ correlationId: uuidv7() })),
  messages.map(({ key }) => createHash('md5').update(String(key)).digest()[0]),
  messages.map(({ sequence }) => sequence),
];

/** The floor: the same statements on the same tables through `pg`, with nothing around them. */
export const raw: Contestant = {
  name: 'raw SQL',
  settings: {
    publish: "prepared statements through pg, on Seamline's tables",
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
          await client.query({ ...INSERT, values: columnsOf([message]) });
        }),
      publishMany: (messages) =>
        inTransaction(pool, async (client) => void (await client.query({ ...INSERT, values: columnsOf(messages) }))),
      close: () => pool.end(),
    };
  },

  consume: async (url, { effect, see }) => (effect ? applyInBatches(moduleUrl(url), see) : readWindow(moduleUrl(url), see)),
  stored: (url) => numberFrom(url, 'select count(*) from bench.outbox'),
};
