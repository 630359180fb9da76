import { escapeIdentifier } from 'pg';
import { DataSource, type EntitySchema } from 'typeorm';
import { PROCESS_ID } from '../process-id';
import { checkConnectionBudget } from './connection-budget';
import type { DataSourceOptions, ModuleConnection } from './module-connection';
import { ModuleDatabases } from './module-databases';
import { PooledClient } from './pooled-client';
import { placeOf } from './roles';

const CONNECT_TIMEOUT_MS = 10_000;
/** The pool gives a connection up that nobody has used for so long. */
const IDLE_MS = 30_000;
/**
 * A server that is not told that a process or its network is gone keeps the sessions, until nobody gets one any more. It ends those
 * that do not answer, and those that are idle for longer than a pool leaves them.
 */
const ENDS_WITH_THE_PROCESS = `-c idle_session_timeout=${IDLE_MS + 10_000} -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3`;

/** Opens one pool for each module, with the module's own login; closes those already open when one fails. */
export async function openModuleDatabases(
  connections: readonly ModuleConnection[],
  entitiesOf: (module: string) => EntitySchema[],
  options: DataSourceOptions,
): Promise<ModuleDatabases> {
  const sources = new Map(
    connections.map((connection) => [connection.module, buildDataSource(connection, entitiesOf(connection.module), options)]),
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
  { poolSize, leaseMs, log }: DataSourceOptions,
): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    entities,
    // The process first: names are cut off after 63 bytes, and others must be able to tell that this process lives.
    applicationName: `seamline ${PROCESS_ID} ${module}`,
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    installExtensions: false,
    logging: false,
    // The server or the network went away. The next query opens a new connection, so this is worth a line and nothing more.
    poolErrorHandler: (error: Error) => log(`${module}: a database connection was lost: ${error.message}`),
    extra: {
      Client: PooledClient,
      // Statements that do not wait for each other's answers are sent at once.
      pipeline: true,
      // Plans live as long as their connection, and one made for a table that was small then reads the whole of it later.
      options: `-c search_path=${escapeIdentifier(module)} -c enable_seqscan=off ${ENDS_WITH_THE_PROCESS}`,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      idleTimeoutMillis: IDLE_MS,
      // A process that was stopped keeps its row locks, and no epoch frees them: the server must give up before the lease ends.
      statement_timeout: leaseMs / 2,
      lock_timeout: leaseMs / 4,
      idle_in_transaction_session_timeout: (leaseMs * 2) / 3,
      // Later than the server's own limit: this one is for a server that cannot be heard any more.
      query_timeout: leaseMs / 2 + 2_000,
    },
  });
}

async function connect({ module, url }: ModuleConnection, source: DataSource): Promise<void> {
  try {
    await source.initialize();
  } catch (error) {
    throw new Error(
      `The module "${module}" cannot connect to its database ${placeOf(url)}: ${(error as Error).message}. ` +
        'Check that the server runs, and that `npm run migrate` was run there with the same DATABASE_ROLE_SECRET.',
      { cause: error },
    );
  }
}
