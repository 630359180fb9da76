import type { Socket } from 'node:net';
import { type Client, escapeIdentifier } from 'pg';
import { withClient } from '../database/admin-client';
import { placeOf, type Roles, withDatabase } from '../database/roles';

/** A database that a module lives in, or may live in. */
export interface Place {
  /** A login that may create roles and schemas, with the database. */
  readonly adminUrl: string;
  /** What the roles are called there. */
  readonly roles: Roles;
  /** What the passwords of the roles are derived from. */
  readonly secret: string;
}

/** host:port/database: how a place is named in tables and in what is printed. */
export const nameOf = ({ adminUrl }: Pick<Place, 'adminUrl'>): string => placeOf(adminUrl);

/** A connection to a place that acts as the owner of the module's schema. */
export interface Session {
  readonly client: Client;
  readonly module: string;
  readonly place: Place;
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
  // Nobody waits for these sessions, and a copy takes as long as it takes.
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  // A row that a policy hides is an error, and not missing from the copy.
  row_security: 'off',
  // Questions to the catalog count as dear ones, and compiling them would take longer than answering.
  jit: 'off',
};

/** Runs `work` on a connection with the administrator's login, which is closed afterwards. An error says which place could not be reached. */
export async function withAdministrator<T>(
  place: Pick<Place, 'adminUrl'>,
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
    if (!reached) (error as Error).message = `${nameOf(place)} cannot be reached: ${(error as Error).message}`;
    throw error;
  }
}

/** The same, or on another database of the server as long as that of the place is not there. */
export function withServerOf<T>(place: Place, purpose: string, work: (client: Client) => Promise<T>): Promise<T> {
  return withAdministrator(place, purpose, work).catch((error: Error & { code?: string }) => {
    if (!isMissing(error)) throw error;
    return withAdministrator({ adminUrl: withDatabase(place.adminUrl, 'postgres') }, purpose, work);
  });
}

/** Runs `work` on a connection that acts as the owner of the module's schema. */
export function withSession<T>(place: Place, module: string, work: (session: Session) => Promise<T>): Promise<T> {
  return withAdministrator(place, `move ${module}`, async (client) => {
    const settings = { ...TEXT_FORMATS, search_path: escapeIdentifier(module) };
    await client.query('select set_config(name, value, false) from unnest($1::text[], $2::text[]) as s (name, value)', [
      Object.keys(settings),
      Object.values(settings),
    ]);
    // A session whose tool was killed is to end, and to let go of its locks, while a statement still runs. Not every system can tell.
    await client.query(`set client_connection_check_interval = '1s'`).catch(() => undefined);
    await client.query(`set role ${escapeIdentifier(place.roles.owner)}`).catch((error: Error) => {
      error.message = `${nameOf(place)} has no modules, or this login may not see to them: ${error.message}. Make them with: npm run migrate`;
      throw error;
    });
    return work({ client, module, place });
  });
}

/** The database does not exist. */
export const isMissing = (error: unknown): boolean => (error as { code?: string }).code === NO_SUCH_DATABASE;

/** The database, or the owner of its schemas, does not exist. */
export const isNotMadeYet = (error: unknown): boolean => ['3D000', '22023', '42704'].includes((error as { code?: string }).code ?? '');

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
export async function asAdministrator<T>({ client, place }: Session, work: () => Promise<T>): Promise<T> {
  await client.query('reset role');
  return work().finally(() => client.query(`set role ${escapeIdentifier(place.roles.owner)}`).catch(() => undefined));
}

/** Breaks a connection whose answer nobody reads to its end: whatever is asked after it would wait for ever. */
export function breakOff({ client }: Session): void {
  (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
}

/** The rows of a statement. */
export async function rowsOf<Row extends object>({ client }: Session, sql: string, parameters: unknown[] = []): Promise<Row[]> {
  return (await client.query<Row>(sql, parameters)).rows;
}
