import { randomUUID } from 'node:crypto';
import { Client, type ClientBase } from 'pg';
import { codeOf } from './driver-errors';
import { backendPid, destroySocket } from './driver-internals';
import { UnsuitableSession } from './session-settings';

/** A setting of our own, to recognise a session by. */
const MARK = 'seamline.session';
const PROTOCOL_VIOLATION = '08P01';
/** A pooler that shares sessions gives a second connection one at once. */
const SECOND_WITHIN_MS = 1_000;
/** So many sessions of a shared pool are taken before it must give the marked one to another connection. */
const MOST_SECONDS = 4;

/**
 * Makes sure that a connection keeps one session of the server for itself, until it ends. Settings, prepared
 * statements, notifications and locks rest on that. Throws `UnsuitableSession`, with the way out, where a
 * pooler gives each transaction another session. On a connection to the server itself this costs one round
 * trip; behind a pooler, a second connection to the same URL. Nothing but a mark is left behind.
 */
export async function requireOwnSession(client: ClientBase, url: string): Promise<void> {
  if (!(await isPooled(client))) return;
  const mark = randomUUID();
  const seconds: Client[] = [];
  try {
    await client.query(`select set_config('${MARK}', '${mark}', false)`);
    while (seconds.length < MOST_SECONDS) {
      const second = secondTo(url);
      seconds.push(second);
      // Each connection has its own session where the pool has none left for another one.
      if (!(await holdsAnother(second))) return;
      const { rows } = await client.query<{ mark: string | null }>(
        `select current_setting('${MARK}', true) as mark`,
      );
      if (rows[0].mark !== mark) throw shared();
    }
  } finally {
    await Promise.all(seconds.map(end));
  }
}

/**
 * Detects a pooler between client and server: the session's process is not the one that the client was given.
 */
async function isPooled(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0].pid !== backendPid(client);
}

function secondTo(url: string): Client {
  const second = new Client({
    connectionString: url,
    application_name: 'seamline probe',
    connectionTimeoutMillis: SECOND_WITHIN_MS,
    query_timeout: SECOND_WITHIN_MS,
  });
  second.on('error', () => undefined);
  return second;
}

/**
 * Where sessions are shared, the second connection now holds one that was free: the marked one, sooner or
 * later. False where it got none.
 */
async function holdsAnother(second: Client): Promise<boolean> {
  try {
    await second.connect();
  } catch {
    return false;
  }
  try {
    await second.query('begin');
    return true;
  } catch (error) {
    if (codeOf(error) === PROTOCOL_VIOLATION) throw shared();
    return false;
  }
}

/** Without waiting for a goodbye: one that waits for a session gets none. */
async function end(second: Client): Promise<void> {
  const ended = second.end().catch(() => undefined);
  destroySocket(second);
  await ended;
}

const shared = (): UnsuitableSession =>
  new UnsuitableSession(
    'a pooler on the way gives each transaction another session of the server (PgBouncer: pool_mode = transaction or statement), and ' +
      'settings, prepared statements, notifications and locks do not outlive a transaction there. ' +
      'Set pool_mode = session for this database, or let the URL lead to the server itself',
  );
