import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, escapeIdentifier } from 'pg';
import type { NatsConnection } from '@nats-io/transport-node';
import { type Settings, variablePart } from '../../config/settings';
import { withClient } from '../../database/admin-client';
import { administratorOf } from '../../provisioning/administrator';
import { databaseOf, targetNameOf, Roles, withDatabase } from '../../database/roles';
import { LogHistory } from '../../log/log-history';
import { Broker } from '../../transport/broker';
import { type Truncation, truncateLog } from './truncate-log';
import { type EndOfLog, furthestGeneration, type ReaderBeyond, readersBeyond } from './readers-beyond';
import { type Divergence, divergenceOf } from './stream-of-log';

export interface BeginGenerationOptions {
  settings: Settings;
  module: string;
  /** All modules: those in other databases may have read further than the log now goes. */
  modules: readonly string[];
  log: (line: string) => void;
}

/** How long to wait for the log to be idle; no process should be using it. */
const LOCK_TIMEOUT = '10s';
const LEAVING_MS = 2_000;

/** What has begun, and what was found beside it. */
export interface NewGeneration {
  readonly generation: number;
  /**
   * The subscriptions that stood beyond the end of the log, here and in the other databases that were looked
   * at. They go on with the new generation.
   */
  readonly beyond: readonly ReaderBeyond[];
  /**
   * What the broker's stream holds and the log does not, and what was done about it; absent where the log
   * goes on where its stream ends.
   */
  readonly stream?: Divergence & Pick<Truncation, 'republished' | 'moved'>;
}

/**
 * Begins a new generation of a module's log, after its database was restored, copied, promoted or replaced.
 * Where there is a broker, the log is compared with its stream there, and goes on behind it. Needs the
 * administrator's login; refuses while a process of the application is connected.
 */
export async function beginGeneration({
  settings,
  module,
  modules,
  log,
}: BeginGenerationOptions): Promise<NewGeneration> {
  const { adminUrl, stop } = await administratorOf(settings.database, module, log);
  const broker = new Broker(settings);
  try {
    await broker.onModuleInit();
    return await withClient(adminUrl, `begin generation of ${module}`, (client) =>
      beginGenerationOn(
        client,
        new Roles(databaseOf(adminUrl)),
        module,
        broker.isConfigured ? broker.connection : undefined,
        otherDatabases(settings, adminUrl, modules, log),
      ),
    );
  } finally {
    await broker.onApplicationShutdown();
    await stop();
  }
}

/** The same on a connection of the administrator's to the module's database. */
export async function beginGenerationOn(
  client: Client,
  roles: Roles,
  module: string,
  connection?: NatsConnection,
  elsewhere: readonly string[] = [],
): Promise<NewGeneration> {
  const [schema, owner] = [module, roles.owner].map(escapeIdentifier);
  await refuseWithoutLog(client, module);
  await client.query('begin');
  try {
    await client.query(`set local role ${owner}; set local lock_timeout = '${LOCK_TIMEOUT}'`);
    // First, so that no session appends to the old generation between the check of the connections and its
    // end.
    await client.query(`lock table ${schema}.outbox in access exclusive mode`);
    await refuseWhileUsed(client, roles, module);
    await client.query(`set local search_path = ${schema}`);
    const readers = await readersOf(client, module, elsewhere);
    const begun = {
      ...(await beginBeside(connection, client, module, readers.generation)),
      beyond: readers.beyond,
    };
    await client.query('commit');
    return begun;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** The administrator's URLs of the other databases that modules live in, as far as the settings name them. */
function otherDatabases(
  { database }: Settings,
  own: string,
  modules: readonly string[],
  log: (line: string) => void,
): string[] {
  const urls = new Map<string, string>();
  for (const module of modules) {
    const url = database.moduleUrls.get(module) ?? database.url;
    if (url === undefined || targetNameOf(url) === targetNameOf(own)) continue;
    const admin = database.moduleUrls.has(module) ? database.moduleAdminUrls.get(module) : database.adminUrl;
    if (admin) urls.set(targetNameOf(url), withDatabase(admin, databaseOf(url)));
    else
      log(
        `The subscriptions of "${module}" are not looked at: ${variablePart(module)}_DATABASE_ADMIN_URL is not set. What they have lost is not counted; one that has read beyond the log's new beginning says so in readiness.`,
      );
  }
  return [...urls.values()];
}

/**
 * How far subscriptions have come, in this database and in others. In those, too, a place in a generation
 * that is still to come must be an old one.
 */
async function readersOf(
  client: Client,
  module: string,
  elsewhere: readonly string[],
): Promise<{ beyond: ReaderBeyond[]; generation: number }> {
  const { rows } = await client.query<EndOfLog>('select generation, tick from log_head');
  const look = async (there: Client) => ({
    beyond: await readersBeyond(there, module, rows[0]),
    generation: await furthestGeneration(there, module),
  });
  const seen = [await look(client)];
  for (const url of elsewhere) seen.push(await withClient(url, `look for readers of ${module}`, look));
  return {
    beyond: seen.flatMap(({ beyond }) => beyond),
    generation: Math.max(...seen.map(({ generation }) => generation)),
  };
}

async function beginBeside(
  connection: NatsConnection | undefined,
  client: Client,
  module: string,
  reached: number,
): Promise<Omit<NewGeneration, 'beyond'>> {
  const history = new LogHistory({
    query: async (text, values) => (await client.query(text, values)).rows as unknown[],
  });
  const divergence = connection && (await divergenceOf(connection, module, history));
  if (divergence) {
    const { generation, republished, moved } = await truncateLog(client, module, divergence);
    return { generation, stream: { ...divergence, republished, moved } };
  }
  // Where readers elsewhere have been in later generations, as many begin as it takes to be above them.
  for (;;) {
    const { rows } = await client.query<{ generation: number }>('select begin_generation() as generation');
    if (rows[0].generation > reached) return { generation: rows[0].generation };
  }
}

async function refuseWithoutLog(client: Client, module: string): Promise<void> {
  const { rows } = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
    `${escapeIdentifier(module)}.log_head`,
  ]);
  if (!rows[0].exists)
    throw new Error(
      `There is no log of "${module}" in this database. Check DATA_DIR or DATABASE_URL, or make it: npm run migrate`,
    );
}

/**
 * Processes that have just stopped are given a moment: the server goes on showing their connections after
 * they were closed.
 */
async function refuseWhileUsed(client: Client, roles: Roles, module: string): Promise<void> {
  const deadline = Date.now() + LEAVING_MS;
  for (;;) {
    const count = await openConnections(client, roles.of(module));
    if (count === 0) return;
    if (Date.now() > deadline) {
      throw new Error(
        `The module "${module}" is in use (open connections: ${count}): what is appended now could be lost. ` +
          'Stop every process of the application and try again.',
      );
    }
    await sleep(50);
  }
}

async function openConnections(client: Client, role: string): Promise<number> {
  // In a transaction the server would give the first answer again and again.
  await client.query('select pg_stat_clear_snapshot()');
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity where datname = current_database() and usename = $1`,
    [role],
  );
  return rows[0].count;
}
