import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { escapeIdentifier } from 'pg';
import type { EntitySchema } from 'typeorm';
import { underAdvisoryLock, withClient } from '../../src/platform/database/admin-client';
import { openModuleDatabases } from '../../src/platform/database/data-sources';
import type { ModuleConnection } from '../../src/platform/database/module-connection';
import { migrate } from '../../src/platform/provisioning/migrate';
import type { ModuleDatabases } from '../../src/platform/database/module-databases';
import { provision } from '../../src/platform/provisioning/provision';
import { rolePassword, Roles, withDatabase, withLogin } from '../../src/platform/database/roles';
import { UnitOfWork } from '../../src/platform/unit-of-work/unit-of-work';
import { LogSignal } from '../../src/platform/unit-of-work/log-signal';
import { Outbox } from '../../src/platform/unit-of-work/outbox';
import { entitiesOf, MIGRATIONS, moduleNames } from './modules';
import type { TestGround } from './test-ground';

/** A migrated, empty database on the server of this test run. */
export interface Clone {
  readonly name: string;
  /** The superuser's login to it. */
  readonly adminUrl: string;
  /** One for each module, each with its own login. */
  readonly connections: readonly ModuleConnection[];
  /** What the modules' roles are called here. */
  readonly roles: Roles;
  /** What the roles' passwords are derived from. */
  readonly secret: string;
  /** The folder that holds the migrations it was made with. */
  readonly migrations: string;
  /** Removes it. Fails when a connection was left open, and names it. */
  drop(): Promise<void>;
}

/** A clone with the pools that the platform wants. */
export interface TestDatabase extends Clone, TestGround {
  readonly databases: ModuleDatabases;
  /** A unit of work of its own over these databases, for tests that run without the application. */
  unitOfWork(signal?: LogSignal): UnitOfWork;
  /** Breaks every connection to the database from the server's side. */
  cutConnections(): Promise<void>;
  /** Closes the pools and drops the database. */
  close(): Promise<void>;
}

/** A module that is not among those of the application. */
export interface AddedModule {
  readonly name: string;
  readonly entities: readonly EntitySchema[];
  /** The folder that holds a folder of migrations with its name. */
  readonly migrations: string;
}

const TEMPLATE = 'seamline_test';
const SECRET = 'for tests only';
const LEAK_GRACE_MS = 20_000;
const silent = (): void => undefined;

/** A database of its own for a test file, with a pool for each of the named modules (all by default). */
export async function openTestDatabase(
  modules: readonly string[] = moduleNames,
  options: { poolSize?: number; added?: AddedModule } = {},
): Promise<TestDatabase> {
  const { added } = options;
  const clone = await createTestDatabase(added);
  const entities = (module: string): EntitySchema[] =>
    module === added?.name ? [...added.entities] : entitiesOf(module);
  const connections = clone.connections.filter(({ module }) => modules.includes(module));
  const databases = await openModuleDatabases(connections, entities, {
    poolSize: options.poolSize ?? 5,
    leaseMs: 30_000,
    log: silent,
  });
  return {
    ...clone,
    databases,
    booksUrl: async () => connections[0].auditorUrl,
    asAdministrator: <Row>(_module: string, sql: string, parameters: unknown[] = []) =>
      withClient(
        clone.adminUrl,
        'test',
        async (client) => (await client.query(sql, parameters)).rows as Row[],
      ),
    unitOfWork: (signal = new LogSignal()) => new UnitOfWork(databases, new Outbox(), signal),
    cutConnections: () =>
      withClient(serverUrl(), 'test', async (client) => {
        await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
          clone.name,
        ]);
      }),
    close: async () => {
      await databases.close();
      await clone.drop();
    },
  };
}

/** Clones the migrated template; makes the template first when this is the first test of the run to ask. */
export async function createTestDatabase(added?: AddedModule): Promise<Clone> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const roles = new Roles(TEMPLATE);
  await withClient(serverUrl(), 'test', async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1 and datistemplate', [
      TEMPLATE,
    ]);
    if (rowCount === 0) await underAdvisoryLock(client, silent, makeTemplate);
    const logins = [roles.auditor, ...moduleNames.map((module) => roles.of(module))]
      .map(escapeIdentifier)
      .join(', ');
    await client.query(`create database ${name} template ${TEMPLATE}`);
    // Rights inside a database are cloned with it, rights on the database are not. The clones share the
    // template's roles: still one for each module, and a role that is the template's can do nothing in
    // another clone that it could not do in its own.
    await client.query(
      `revoke all on database ${name} from public; grant connect on database ${name} to ${logins}`,
    );
    const paths = moduleNames.map(
      (module) =>
        `alter role ${escapeIdentifier(roles.of(module))} in database ${name} set search_path = ${escapeIdentifier(module)}`,
    );
    await client.query(paths.join(';'));
  });
  const adminUrl = withDatabase(serverUrl(), name);
  const as = (role: string): string => withLogin(throughPooler(adminUrl), role, rolePassword(SECRET, role));
  const connections = [...moduleNames, ...(added ? [added.name] : [])].map((module) => ({
    module,
    url: as(roles.of(module)),
    auditorUrl: as(roles.auditor),
  }));
  const clone = {
    name,
    adminUrl,
    connections,
    roles,
    secret: SECRET,
    migrations: MIGRATIONS,
    drop: () => drop(name),
  };
  if (added) await addModule(clone, added);
  return clone;
}

/** Gives a clone one more module: its schema with the platform's tables, then its own. */
async function addModule(clone: Clone, { name, migrations }: AddedModule): Promise<void> {
  const target = { adminUrl: clone.adminUrl, roles: clone.roles, modules: [name], log: silent };
  await provision({ ...target, secret: SECRET });
  await migrate({ ...target, migrations });
}

async function makeTemplate(): Promise<void> {
  const exists = await withClient(serverUrl(), 'test', (client) =>
    client.query('select from pg_database where datname = $1 and datistemplate', [TEMPLATE]),
  );
  if (exists.rowCount === 1) return;
  const roles = new Roles(TEMPLATE);
  const target = {
    adminUrl: withDatabase(serverUrl(), TEMPLATE),
    roles,
    modules: moduleNames,
    migrations: MIGRATIONS,
    log: silent,
  };
  await provision({ ...target, secret: SECRET });
  await migrate(target);
  // A template with connections cannot be cloned.
  await withClient(serverUrl(), 'test', (client) =>
    client.query(`alter database ${TEMPLATE} with allow_connections false is_template true`),
  );
}

async function drop(name: string): Promise<void> {
  await withClient(serverUrl(), 'test', async (client) => {
    const leaked = await openConnections(name);
    await client.query(`drop database if exists ${name} with (force)`);
    if (leaked.length > 0) {
      throw new Error(
        `The test database ${name} still had open connections when it was dropped: ${leaked.join('; ')}. Close what the test opened.`,
      );
    }
  });
}

/** What is connected to a database; waits a little for connections that are just closing. */
async function openConnections(name: string): Promise<string[]> {
  const deadline = Date.now() + LEAK_GRACE_MS;
  return withClient(serverUrl(), 'test', async (client) => {
    for (;;) {
      const { rows } = await client.query<{ found: string }>(
        `select format('%s (%s, last: %s)', application_name, state, left(query, 80)) as found from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
        [name],
      );
      if (rows.length === 0 || Date.now() > deadline) return rows.map(({ found }) => found);
      await sleep(20);
    }
  });
}

/** Where modules connect: to the server itself, or to the pooler of this run. */
function throughPooler(adminUrl: string): string {
  const url = new URL(adminUrl);
  if (process.env.SEAMLINE_TEST_POOLER) url.host = process.env.SEAMLINE_TEST_POOLER;
  return url.href;
}

function serverUrl(): string {
  const url = process.env.SEAMLINE_TEST_ADMIN_URL;
  if (!url)
    throw new Error(
      'There is no test server. Run the tests through Jest with the configuration of this project; it starts one.',
    );
  return url;
}
