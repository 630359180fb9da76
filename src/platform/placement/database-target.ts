import { type Client, escapeIdentifier } from 'pg';
import { withClient } from '../database/admin-client';
import { destroySocket } from '../database/driver-internals';
import { targetNameOf, type Roles, withDatabase } from '../database/roles';

/** A database that a module lives in, or may live in. */
export interface DatabaseTarget {
  /** URL of the database with a login that may create roles and schemas. */
  readonly adminUrl: string;
  /** The roles' names there. */
  readonly roles: Roles;
  /** The secret from which the roles' passwords are derived. */
  readonly secret: string;
  /** The folder that holds the application's migrations, of which a module's schema is made there. */
  readonly migrations: string;
}

/** host:port/database: how a place is named in tables and in what is printed. */
export const nameOf = ({ adminUrl }: Pick<DatabaseTarget, 'adminUrl'>): string => targetNameOf(adminUrl);

/** A connection to a place that acts as the owner of the module's schema. */
export interface Session {
  readonly client: Client;
  readonly module: string;
  readonly database: DatabaseTarget;
}

const NO_SUCH_DATABASE = '3D000';

/** Texts of values must be the same on both sides, whatever the servers' defaults are. */
const TEXT_FORMATS = {
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  extra_float_digits: '3',
  bytea_output: 'hex',
  lock_timeout: '10s',
  // No request waits for these sessions, and a copy may be long.
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  // A row that a policy hides is an error, and not missing from the copy.
  row_security: 'off',
  // Questions to the catalog count as dear ones, and compiling them would take longer than answering.
  jit: 'off',
};

/**
 * Runs `work` on a connection with the administrator's login, which is closed afterwards. An error says which
 * place could not be reached.
 */
export async function withAdministrator<T>(
  place: Pick<DatabaseTarget, 'adminUrl'>,
  purpose: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  let reached = false;
  try {
    return await withClient(place.adminUrl, purpose, (client) => {
      reached = true;
      return work(client);
    });
  } catch (error) {
    // The error itself goes on, with its code.
    if (!reached)
      (error as Error).message = `${nameOf(place)} cannot be reached: ${(error as Error).message}`;
    throw error;
  }
}

/** The same, or on another database of the server as long as that of the place is not there. */
export function withServerOf<T>(
  place: DatabaseTarget,
  purpose: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  return withAdministrator(place, purpose, work).catch((error: Error & { code?: string }) => {
    if (!isMissing(error)) throw error;
    return withAdministrator({ adminUrl: withDatabase(place.adminUrl, 'postgres') }, purpose, work);
  });
}

/** Runs `work` on a connection that acts as the owner of the module's schema. */
export function withSession<T>(
  database: DatabaseTarget,
  module: string,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return withAdministrator(database, `move ${module}`, async (client) => {
    const settings = { ...TEXT_FORMATS, search_path: escapeIdentifier(module) };
    await client.query(
      'select set_config(name, value, false) from unnest($1::text[], $2::text[]) as s (name, value)',
      [Object.keys(settings), Object.values(settings)],
    );
    // Ends the session and releases its locks when the tool is killed during a statement. Some operating
    // systems do not support it.
    await client.query(`set client_connection_check_interval = '1s'`).catch(() => undefined);
    await client.query(`set role ${escapeIdentifier(database.roles.owner)}`).catch((error: Error) => {
      error.message = `${nameOf(database)} has no modules, or this login may not see to them: ${error.message}. Make them with: npm run migrate`;
      throw error;
    });
    return work({ client, module, database });
  });
}

/** The database does not exist. */
export const isMissing = (error: unknown): boolean => (error as { code?: string }).code === NO_SUCH_DATABASE;

/** The database, or the owner of its schemas, does not exist. */
export const isNotMadeYet = (error: unknown): boolean =>
  ['3D000', '22023', '42704'].includes((error as { code?: string }).code ?? '');

/** Runs `work` in a transaction: all of it happens, or nothing. */
export async function inTransaction<T>({ client }: Session, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** Runs `work` with the administrator's own rights, outside a transaction. */
export async function asAdministrator<T>({ client, database }: Session, work: () => Promise<T>): Promise<T> {
  await client.query('reset role');
  return work().finally(() =>
    client.query(`set role ${escapeIdentifier(database.roles.owner)}`).catch(() => undefined),
  );
}

/** Destroys a connection whose result is not read to its end: a later statement on it would wait forever. */
export function destroyConnection({ client }: Session): void {
  destroySocket(client);
}

/** The rows of a statement. */
export async function rowsOf<Row extends object>(
  { client }: Session,
  sql: string,
  parameters: unknown[] = [],
): Promise<Row[]> {
  return (await client.query<Row>(sql, parameters)).rows;
}
