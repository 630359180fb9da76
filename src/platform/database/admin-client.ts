import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { requireOwnSession } from './own-session';
import { applySettings } from './session-settings';

const LOCK_WAIT_MS = 120_000;
/** Any number will do, as long as every version of Seamline uses the same. */
const LOCK_KEY = 'seamline provisioning';

/**
 * Runs `work` on one connection, which is closed afterwards and has a session of the server for itself. Its
 * commits wait for the disk, whatever the login's configuration says.
 */
export const withClient = <T>(
  url: string,
  purpose: string,
  work: (client: Client) => Promise<T>,
): Promise<T> =>
  withBareClient(url, purpose, async (client) => {
    await requireOwnSession(client, url);
    await applySettings(client);
    return work(client);
  });

/**
 * The same with the settings that the server gives the login. One for replication takes no statements with
 * parameters, and commits nothing.
 */
export async function withBareClient<T>(
  url: string,
  purpose: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    connectionString: url,
    application_name: `seamline ${purpose}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // A connection that breaks fails the running query; without a listener it would end the process as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Runs `work` while no other process provisions or migrates the same database. */
export async function underAdvisoryLock<T>(
  client: Client,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (let attempt = 0; !(await tryLock(client)); attempt += 1) {
    if (attempt === 10) log('waiting for another process that prepares the same database ...');
    if (Date.now() > deadline)
      throw new Error(
        `Another process has been preparing the same database for ${LOCK_WAIT_MS / 1000} seconds. See pg_locks for who holds the advisory lock, and start again.`,
      );
    await sleep(50);
  }
  try {
    return await work();
  } finally {
    await client
      .query('select pg_advisory_unlock(hashtextextended($1, 0))', [LOCK_KEY])
      .catch(() => undefined);
  }
}

async function tryLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
    [LOCK_KEY],
  );
  return rows[0].locked;
}
