import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg';

/** Settings of a session by name, with values as `pg_settings` shows them: times in milliseconds. */
export type SessionSettings = Readonly<Record<string, string>>;

/** A session that lacks a setting which correctness or speed rests on. It is closed; nothing has been done in it. */
export class UnfitSession extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnfitSession';
  }
}

/** The setting that decides whether a commit that was answered is on the disk. Its other values are as strong as `on`, or stronger. */
const NOT_ON_DISK = 'off';

/**
 * Commits wait for the disk: `off`, from the configuration of the server, the database or the role, becomes `on`. Stronger values and
 * those that leave waiting for a standby out stay as the administrator has set them. The session has set it itself then: what is
 * changed in the server's configuration later does not reach it.
 */
const WAIT_FOR_THE_DISK = `
  select set_config('synchronous_commit', case current_setting('synchronous_commit') when '${NOT_ON_DISK}' then 'on' else current_setting('synchronous_commit') end, false)`;

/** What every session rests on, whoever logs in: one statement sees what has been committed before it, and values are written as the driver reads them. */
export const EVERY_SESSION: SessionSettings = {
  default_transaction_isolation: 'read committed',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
};

/** The settings as a client sends them when it connects. They outrank those of the server, the database and the role. */
export const startupOptions = (settings: SessionSettings): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`)
    .join(' ');

/**
 * Makes commits wait for the disk, and reads back what a client has asked for when it connected. Throws `UnfitSession` where something
 * between client and server has dropped it, with what is missing and the way out.
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
  throw new UnfitSession(
    `its sessions do not get the settings that they ask for: ${missing.map(([name, value]) => `${name} is "${given.get(name)}" and not "${value}"`).join(', ')}. ` +
      'A pooler on the way drops startup options (PgBouncer: ignore_startup_parameters), or the URL has others. Connect to the server itself, ' +
      'or through a pooler that passes them on, with a URL that sets none of these. ' +
      `Behind a pooler in session mode the server can give them: ${onRole.join('; ')}`,
  );
}

/** Sets what every session rests on and reads it back: for logins with any configuration, on connections that take no startup options. */
export async function applySettings(client: ClientBase): Promise<void> {
  const statements = Object.entries(EVERY_SESSION).map(
    ([name, value]) => `set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, false)`,
  );
  await client.query(`select ${statements.join(', ')}`);
  await requireSettings(client, EVERY_SESSION);
}

/** Quotes around a schema's name are kept as they were written. */
const isSame = (given: string | undefined, wanted: string): boolean => given?.replaceAll('"', '') === wanted.replaceAll('"', '');

const alteration = (login: string, database: string, name: string, value: string): string =>
  `alter role ${escapeIdentifier(login)} in database ${escapeIdentifier(database)} set ${name} = ${name === 'search_path' ? value : escapeLiteral(value)}`;
