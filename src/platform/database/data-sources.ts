import * as pg from 'pg';
import { DataSource, type EntitySchema } from 'typeorm';
import { PROCESS_ID } from '../kernel/process-id';
import { BoundedQueuePool } from './bounded-queue-pool';
import { checkConnectionBudget } from './connection-budget';
import { connectionHint } from './connection-hint';
import type { DataSourceOptions, ModuleConnection } from './module-connection';
import { ModuleDatabases } from './module-databases';
import { requireOwnSession } from './own-session';
import { PooledClient } from './pooled-client';
import { targetNameOf } from './roles';
import { ForeignHistory, ServerHistory } from './server-history';
import {
  EVERY_SESSION,
  setSettings,
  requireSettings,
  requireUtf8,
  type SessionSettings,
  UnsuitableSession,
} from './session-settings';

const CONNECT_TIMEOUT_MS = 10_000;
/** The pool closes a connection that was idle for so long. */
const IDLE_MS = 30_000;

/**
 * What a module's sessions rest on. A process that was stopped keeps its row locks, and no epoch frees them:
 * the server must give up before the lease ends. A server that is not told that a process or its network is
 * gone keeps the sessions, until no client gets one any more: it ends those that do not answer, and those
 * that are idle for longer than a pool leaves them.
 */
const settingsOf = (module: string, leaseMs: number): SessionSettings => ({
  ...EVERY_SESSION,
  search_path: pg.escapeIdentifier(module),
  default_transaction_read_only: 'off',
  statement_timeout: String(Math.floor(leaseMs / 2)),
  lock_timeout: String(Math.floor(leaseMs / 4)),
  idle_in_transaction_session_timeout: String(Math.floor((leaseMs * 2) / 3)),
  idle_session_timeout: String(IDLE_MS + 10_000),
  // Plans live as long as their connection, and one made for a table that was small then reads the whole of
  // it later.
  enable_seqscan: 'off',
  // Servers before 18 count a plan that cannot do without such a scan as a very dear one, and would compile
  // it each time.
  jit: 'off',
});

/** Not every system can tell a socket this, and nothing but the end of a lost session depends on it. */
const KEEPALIVES = { tcp_keepalives_idle: '10', tcp_keepalives_interval: '5', tcp_keepalives_count: '3' };

/** Opens one pool for each module, with the module's own login; closes those already open when one fails. */
export async function openModuleDatabases(
  connections: readonly ModuleConnection[],
  entitiesOf: (module: string) => EntitySchema[],
  options: DataSourceOptions,
): Promise<ModuleDatabases> {
  const sources = new Map(
    connections.map((connection) => [
      connection.module,
      buildDataSource(connection, entitiesOf(connection.module), options),
    ]),
  );
  const databases = new ModuleDatabases(sources);
  try {
    await Promise.all(connections.map((connection) => connect(connection, databases.of(connection.module))));
    await checkConnectionBudget(connections, databases, options);
    return databases;
  } catch (error) {
    await databases.close();
    throw error;
  }
}

/** A module's data source, not yet connected. */
export function buildDataSource(
  { module, url }: ModuleConnection,
  entities: EntitySchema[],
  { poolSize, leaseMs, queueMs, log }: DataSourceOptions,
): DataSource {
  const settings = settingsOf(module, leaseMs);
  const admit = async (client: PooledClient): Promise<void> => {
    await requireOwnSession(client, url);
    await Promise.all([
      setSettings(client, { ...settings, ...KEEPALIVES }),
      requireSettings(client, settings),
      requireUtf8(client),
      ServerHistory.of(source, module).admit(client),
    ]);
  };
  const source = new DataSource({
    type: 'postgres',
    driver: { ...pg, Pool: BoundedQueuePool },
    url,
    entities,
    // The process first: names are cut off after 63 bytes, and others must be able to tell that this process
    // lives.
    applicationName: `seamline ${PROCESS_ID} ${module}`,
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    installExtensions: false,
    logging: false,
    // The server or the network went away. The next query opens a new connection, so this is worth a line and
    // nothing more.
    poolErrorHandler: (error: Error) => log(`${module}: a database connection was lost: ${error.message}`),
    extra: {
      Client: PooledClient,
      // Statements that do not wait for each other's answers are sent at once.
      pipeline: true,
      onConnect: admit,
      queueMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      idleTimeoutMillis: IDLE_MS,
      // Later than the server's own limit: this one is for a server that cannot be heard any more.
      query_timeout: leaseMs / 2 + 2_000,
    },
  });
  return source;
}

async function connect({ module, url }: ModuleConnection, source: DataSource): Promise<void> {
  try {
    await source.initialize();
  } catch (error) {
    if (error instanceof ForeignHistory) throw error;
    if (error instanceof UnsuitableSession)
      throw new UnsuitableSession(
        `The module "${module}" cannot work with its database ${targetNameOf(url)}: ${error.message}`,
      );
    throw new Error(
      `The module "${module}" cannot connect to its database ${targetNameOf(url)}: ${(error as Error).message}. ` +
        (connectionHint(error) ??
          'Check that the server runs, and that `npm run migrate` was run there with the same DATABASE_ROLE_SECRET.'),
      { cause: error },
    );
  }
}
