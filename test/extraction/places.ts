import { randomBytes } from 'node:crypto';
import { withClient } from '../../src/platform/database/admin-client';
import { openModuleDatabases } from '../../src/platform/database/data-sources';
import { migrate } from '../../src/platform/provisioning/migrate';
import type { ModuleDatabases } from '../../src/platform/database/module-databases';
import { provision } from '../../src/platform/provisioning/provision';
import { databaseOf, rolePassword, Roles, withDatabase, withLogin } from '../../src/platform/database/roles';
import { type MoveRequest, moveModule } from '../../src/platform/extraction/move-module';
import {
  inTransaction,
  type DatabaseTarget,
  rowsOf,
  type Session,
  withSession,
} from '../../src/platform/placement/database-target';
import { dropSourceCopy } from '../../src/platform/extraction/drop-source-copy';
import { rollBack } from '../../src/platform/extraction/roll-back';
import type { Reconciliation } from '../../src/platform/extraction/reconcile/reconcile';
import { MIGRATIONS } from '../support/modules';

export const MODULE = 'shipping';
export const silent = (): void => undefined;
/** Where no module waits for another one's answers. */
export const NO_CALLS = { refusals: [], warnings: [] };
export const SECRET = 'a secret for this test';

/** A database on the server of this test run, or on another one; it need not exist. */
export function newPlace(serverUrl = process.env.SEAMLINE_TEST_ADMIN_URL ?? ''): DatabaseTarget {
  const database = `move_${randomBytes(6).toString('hex')}`;
  return {
    adminUrl: withDatabase(serverUrl, database),
    roles: new Roles(database),
    secret: SECRET,
    migrations: MIGRATIONS,
  };
}

/** Makes it a place that the modules live in. */
export async function settle(place: DatabaseTarget, modules: readonly string[] = [MODULE]): Promise<void> {
  await provision({ ...place, modules, log: silent });
  await migrate({ ...place, modules, log: silent });
}

export async function removePlace({ adminUrl, roles }: DatabaseTarget): Promise<void> {
  await withClient(withDatabase(adminUrl, 'postgres'), 'test', async (client) => {
    await client.query(`drop database if exists ${databaseOf(adminUrl)} with (force)`);
    const { rows } = await client.query<{ rolname: string }>(
      'select rolname from pg_roles where starts_with(rolname, $1)',
      [`${roles.database}_`],
    );
    for (const { rolname } of rows) await client.query(`drop role ${rolname}`);
  });
}

/** The places of one test file. Those on servers of its own go with the servers. */
export class Places {
  private readonly made: DatabaseTarget[] = [];

  /** Where nothing is yet. */
  on(serverUrl?: string): DatabaseTarget {
    const place = newPlace(serverUrl);
    if (serverUrl === undefined) this.made.push(place);
    return place;
  }

  /** One that the module lives in, with what its owner's statements put there. */
  async home(statements: readonly string[] = [], serverUrl?: string): Promise<DatabaseTarget> {
    const place = this.on(serverUrl);
    await settle(place);
    await asOwner(place, ...statements);
    return place;
  }

  async remove(): Promise<void> {
    for (const place of this.made.splice(0)) await removePlace(place);
  }
}

/** The pool of a process of the module for as long as `work` takes. */
export async function asProcess<T>(
  place: DatabaseTarget,
  work: (databases: ModuleDatabases) => Promise<T>,
): Promise<T> {
  const databases = await openModuleDatabases(
    [{ module: MODULE, url: moduleUrl(place), auditorUrl: loginUrl(place, place.roles.auditor) }],
    () => [],
    { poolSize: 8, leaseMs: 30_000, log: silent },
  );
  return work(databases).finally(() => databases.close());
}

export const moduleUrl = (place: DatabaseTarget): string => loginUrl(place, place.roles.of(MODULE));

const loginUrl = ({ adminUrl, secret }: DatabaseTarget, role: string): string =>
  withLogin(adminUrl, role, rolePassword(secret, role));

export const move = (
  source: DatabaseTarget,
  target: DatabaseTarget,
  more: Partial<MoveRequest> = {},
): Promise<Reconciliation> =>
  moveModule({ module: MODULE, source, target, readers: [], notLookedAt: [], ...quiet, ...more });

/** Behind the fence, which is quicker where there are few rows; copying beforehand is asked for. */
const quiet = {
  copy: 'snapshot' as const,
  patienceMs: 30_000,
  standbyMs: 20_000,
  standbyCommand: 'npm start',
  check: async (): Promise<void> => undefined,
  log: silent,
  progress: silent,
};

export const undo = (source: DatabaseTarget, target: DatabaseTarget): Promise<void> =>
  rollBack(MODULE, source, target, silent);
export const drop = (source: DatabaseTarget, target: DatabaseTarget): Promise<void> =>
  dropSourceCopy(MODULE, source, target, silent);

/** Runs statements as the owner of the module's schema, all or none. */
export const asOwner = (place: DatabaseTarget, ...statements: string[]): Promise<void> =>
  withSession(place, MODULE, (session) =>
    inTransaction(session, async () => {
      for (const statement of statements) await session.client.query(statement);
    }),
  );

export const ask = <Row extends object>(place: DatabaseTarget, sql: string): Promise<Row[]> =>
  withSession(place, MODULE, (session: Session) => rowsOf<Row>(session, sql));

/** What was made to copy beforehand and is still there. */
export async function leftBehind(place: DatabaseTarget): Promise<string[]> {
  const names = `(select 'seamline_move_' || replace(move::text, '-', '_') from moves)`;
  const rows = await ask<{ left: string }>(
    place,
    `select 'slot ' || slot_name as left from pg_replication_slots where slot_name in ${names}
     union all select 'publication ' || pubname from pg_publication
     union all select 'subscription ' || subname from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())
     union all select 'role ' || rolname from pg_roles where rolname in ${names}`,
  );
  return rows.map(({ left }) => left);
}

/** Every right that any role has on anything in the module's schema, in a form that can be compared. */
export async function rightsIn(place: DatabaseTarget): Promise<string[]> {
  const rows = await ask<{ line: string }>(
    place,
    `select line from (
       select format('%s %s', c.relname, c.relacl) as line from pg_class c where relnamespace = current_schema()::regnamespace
       union all
       select format('%s.%s %s', c.relname, a.attname, a.attacl) from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.relnamespace = current_schema()::regnamespace and a.attacl is not null
     ) rights order by line`,
  );
  return rows.map(({ line }) => line);
}
