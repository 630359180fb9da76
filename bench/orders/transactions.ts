import { withClient } from '../../src/platform/database/admin-client';

/** How many transactions a database has committed so far, as its statistics tell: about a second late. */
export function committedTransactions(adminUrl: string, database: string): Promise<number> {
  return withClient(adminUrl, 'benchmark statistics', async (client) => {
    const { rows } = await client.query<{ committed: string }>(
      'select xact_commit as committed from pg_stat_database where datname = $1',
      [database],
    );
    return Number(rows[0].committed);
  });
}
