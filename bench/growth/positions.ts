import { escapeIdentifier } from 'pg';
import { withClient } from '../../src/platform/database/admin-client';

/** A place in a log before which everything counts as handled. */
export interface LogPlace {
  generation: number;
  tick: string;
}

/** Behind the last window of a module's log. */
export const endOfLog = (url: string, module: string): Promise<LogPlace> =>
  place(url, `select generation, tick from ${escapeIdentifier(module)}.log_head`);

/** Before the first message of a module's log. */
export const beginningOfLog = (url: string, module: string): Promise<LogPlace> =>
  place(
    url,
    `select generation, tick from ${escapeIdentifier(module)}.ticks order by generation, tick limit 1`,
  );

/** Puts every subscription to a module's log to a place in it. No subscription may run meanwhile. */
export async function moveSubscriptions(
  url: string,
  log: string,
  { generation, tick }: LogPlace,
): Promise<void> {
  await withClient(url, 'benchmark positions', async (client) => {
    // Each module keeps the positions of its own subscriptions.
    const { rows } = await client.query<{ schema: string }>(
      `select table_schema as schema from information_schema.tables where table_name = 'subscription_positions'`,
    );
    for (const { schema } of rows) {
      await client.query(
        `update ${escapeIdentifier(schema)}.subscription_positions set generation = $2, tick = $3, seq = 0 where log = $1`,
        [log, generation, tick],
      );
    }
  });
}

function place(url: string, sql: string): Promise<LogPlace> {
  return withClient(
    url,
    'benchmark positions',
    async (client) => (await client.query<LogPlace>(sql)).rows[0],
  );
}
