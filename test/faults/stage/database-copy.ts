import { escapeIdentifier, type Client } from 'pg';
import { withClient } from '../../../src/platform/database/admin-client';
import { databaseOf, withDatabase } from '../../../src/platform/database/roles';

const onServerOf = <T>(adminUrl: string, work: (client: Client) => Promise<T>): Promise<T> =>
  withClient(withDatabase(adminUrl, 'postgres'), 'rig', work);

/**
 * Copies a database, after ending every session in it; answers how to put the copy in its place, as a restore
 * from a backup would.
 */
export async function keepCopy(adminUrl: string): Promise<() => Promise<void>> {
  const name = databaseOf(adminUrl);
  const [original, copy] = [name, `${name}_copy`].map(escapeIdentifier);
  await onServerOf(adminUrl, async (client) => {
    // Sessions that only watch reconnect at any moment.
    await client.query(`alter database ${original} allow_connections false`);
    await client.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1', [
      name,
    ]);
    await client.query(`drop database if exists ${copy} with (force)`);
    await client.query(`create database ${copy} template ${original}`);
    await client.query(`alter database ${original} allow_connections true`);
  });
  return () =>
    onServerOf(adminUrl, async (client) => {
      await client.query(`alter database ${original} allow_connections false`);
      await client.query(`drop database ${original} with (force)`);
      await client.query(`alter database ${copy} rename to ${original}`);
    });
}

/** Removes a database and the roles that were made for it, as far as they are there. */
export async function removeDatabase(adminUrl: string): Promise<void> {
  const name = databaseOf(adminUrl);
  await onServerOf(adminUrl, async (client) => {
    await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
    const { rows } = await client.query<{ role: string }>(
      'select rolname as role from pg_roles where starts_with(rolname, $1)',
      [`${name}_`],
    );
    for (const { role } of rows) await client.query(`drop role ${escapeIdentifier(role)}`);
  });
}
