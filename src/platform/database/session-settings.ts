import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg';
import { targetNameOf } from './roles';

/** Settings of a session by name, with values as `pg_settings` shows them: times in milliseconds. */
export type SessionSettings = Readonly<Record<string, string>>;

/**
 * A session that lacks a setting which correctness or speed rests on. It is closed; nothing has been done in
 * it.
 */
export class UnsuitableSession extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnsuitableSession';
  }
}

/**
 * The setting that decides whether a commit that was answered is on the disk. Its other values are as strong
 * as `on`, or stronger.
 */
const NOT_ON_DISK = 'off';

/**
 * Commits wait for the disk: `off`, from the configuration of the server, the database or the role, becomes
 * `on`. Stronger values and those that leave waiting for a standby out stay as the administrator has set
 * them. The session has set it itself then: what is changed in the server's configuration later does not
 * reach it.
 */
const WAIT_FOR_THE_DISK = `
  select set_config('synchronous_commit', case current_setting('synchronous_commit') when '${NOT_ON_DISK}' then 'on' else current_setting('synchronous_commit') end, false)`;

/**
 * What every session relies on, with any login: one statement sees what has been committed before it, and
 * values are written as the driver reads them.
 */
export const EVERY_SESSION: SessionSettings = {
  default_transaction_isolation: 'read committed',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
};

/**
 * Sets them in the session: there they outrank those of the server, the database, the role and the URL, and
 * no pooler on the way drops them.
 */
export async function setSettings(client: ClientBase, settings: SessionSettings): Promise<void> {
  const calls = Object.entries(settings).map(
    ([name, value]) => `set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, false)`,
  );
  await client.query(`select ${calls.join(', ')}`);
}

/**
 * Makes commits wait for the disk, and reads back what a session was given. Throws `UnsuitableSession` where
 * something between client and server has dropped it, with what is missing and the way out.
 */
export async function requireSettings(client: ClientBase, wanted: SessionSettings): Promise<void> {
  const [, { rows }] = await Promise.all([
    client.query(WAIT_FOR_THE_DISK),
    client.query<{ name: string; setting: string; login: string; database: string }>(
      `select name, setting, current_user as login, current_database() as database from pg_settings where name = any ($1)`,
      [['synchronous_commit', ...Object.keys(wanted)]],
    ),
  ]);
  const given = new Map(rows.map(({ name, setting }) => [name, setting]));
  const missing = Object.entries(wanted).filter(([name, value]) => !isSame(given.get(name), value));
  if (given.get('synchronous_commit') === NOT_ON_DISK) missing.push(['synchronous_commit', 'on']);
  if (missing.length === 0) return;
  const [{ login, database }] = rows;
  const onRole = missing.map(([name, value]) => alteration(login, database, name, value));
  throw new UnsuitableSession(
    `its sessions do not keep the settings that they are given: ${missing.map(([name, value]) => `${name} is "${given.get(name)}" and not "${value}"`).join(', ')}. ` +
      'A pooler on the way gives each transaction another session (PgBouncer: pool_mode), or takes no settings. Connect to the server itself, ' +
      'or through a pooler in session mode. ' +
      `Where it takes none, the server can give them: ${onRole.join('; ')}`,
  );
}

/** Sets what every session rests on and reads it back: for logins with any configuration. */
export async function applySettings(client: ClientBase): Promise<void> {
  await setSettings(client, EVERY_SESSION);
  await requireSettings(client, EVERY_SESSION);
}

/**
 * Throws `UnsuitableSession`, with the way out, where a database does not store text as UTF-8: it would
 * refuse, change or cut what the API takes, and count bytes as characters.
 */
export async function requireUtf8(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ encoding: string }>(
    `select current_setting('server_encoding') as encoding`,
  );
  const [{ encoding }] = rows;
  if (encoding === 'UTF8') return;
  throw new UnsuitableSession(
    `its encoding is ${encoding} and must be UTF8, or text would be refused or changed. An encoding stays as a database was made with it: ` +
      "make another one (create database ... template template0 encoding 'UTF8' locale 'C.UTF-8'), and let the URL lead there",
  );
}

/** The same for an administrator, naming the database. */
export async function requireUtf8Of(client: ClientBase, url: string): Promise<void> {
  await requireUtf8(client).catch((error: Error) => {
    throw error instanceof UnsuitableSession
      ? new UnsuitableSession(`The database ${targetNameOf(url)} cannot be used: ${error.message}`)
      : error;
  });
}

/** Quotes around a schema's name are kept as they were written. */
const isSame = (given: string | undefined, wanted: string): boolean =>
  given?.replaceAll('"', '') === wanted.replaceAll('"', '');

const alteration = (login: string, database: string, name: string, value: string): string =>
  `alter role ${escapeIdentifier(login)} in database ${escapeIdentifier(database)} set ${name} = ${name === 'search_path' ? value : escapeLiteral(value)}`;
