import type { Pool } from 'pg';
import { type BenchMessage, inTransactions } from '../../harness/message';
import { EFFECT } from '../business-table';
import type { Consumer } from '../contestant';
import { inTransaction, openPool } from '../pool';
import { windowPages } from './window';

const CONNECTIONS = 4;
const BATCH = 100;

/** The least that an update for each message can cost. */
export async function applyInBatches(url: string, see: (message: BenchMessage) => void): Promise<Consumer> {
  const pool = openPool(url, CONNECTIONS + 1);
  let stopped = false;
  const working = (async () => {
    const reader = await pool.connect();
    try {
      for await (const page of windowPages(reader)) {
        if (stopped) break;
        // A row's updates stay on one connection, or two of them would wait for each other.
        const shares = Array.from({ length: CONNECTIONS }, (_, share) =>
          page.filter(({ key }) => key % CONNECTIONS === share),
        );
        await Promise.all(shares.map((share) => apply(pool, share, see)));
      }
    } finally {
      reader.release(true);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await working;
      await pool.end();
    },
  };
}

async function apply(
  pool: Pool,
  messages: readonly BenchMessage[],
  see: (message: BenchMessage) => void,
): Promise<void> {
  for (const batch of inTransactions(messages, BATCH, false)) {
    await inTransaction(pool, async (client) => {
      for (const message of batch) {
        see(message);
        await client.query({ ...EFFECT, values: [message.key] });
      }
    });
  }
}
