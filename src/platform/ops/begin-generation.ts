import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, escapeIdentifier } from 'pg';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Settings } from '../config/settings';
import { withClient } from '../database/admin-client';
import { administratorOf } from '../database/administrator';
import { databaseOf, Roles } from '../database/roles';
import { LogHistory } from '../messaging/log/log-history';
import { Broker } from '../transport/broker';
import { type Cut, cutLog } from './cut-log';
import { type Divergence, divergenceOf } from './stream-of-log';

export interface BeginGenerationOptions {
  settings: Settings;
  module: string;
  log: (line: string) => void;
}

/** How long to wait for the log to be still; nobody should be using it. */
const LOCK_TIMEOUT = '10s';
const LEAVING_MS = 2_000;

/** What has begun, and what was found beside it. */
export interface BegunGeneration {
  readonly generation: number;
  /** What the broker's stream holds and the log does not, and what was done about it; absent where the log goes on where its stream ends. */
  readonly stream?: Divergence & Pick<Cut, 'republished' | 'moved'>;
}

/**
 * Begins a new generation of a module's log, after its database was restored, copied, promoted or replaced. Where there is a broker, the
 * log is compared with its stream there, and goes on behind it. Needs the administrator's login; refuses while a process of the application
 * is connected.
 */
export async function beginGeneration({ settings, module, log }: BeginGenerationOptions): Promise<BegunGeneration> {
  const { adminUrl, stop } = await administratorOf(settings.database, module, log);
  const broker = new Broker(settings);
  try {
    await broker.onModuleInit();
    return await withClient(adminUrl, `begin generation of ${module}`, (client) =>
      beginGenerationOn(client, new Roles(databaseOf(adminUrl)), module, broker.isConfigured ? broker.connection : undefined),
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
): Promise<BegunGeneration> {
  const [schema, owner] = [module, roles.owner].map(escapeIdentifier);
  await refuseWithoutLog(client, module);
  await client.query('begin');
  try {
    await client.query(`set local role ${owner}; set local lock_timeout = '${LOCK_TIMEOUT}'`);
    // First, so that nobody appends to the old generation between the look at the connections and its end.
    await client.query(`lock table ${schema}.outbox in access exclusive mode`);
    await refuseWhileUsed(client, roles, module);
    const begun = await beginBeside(connection, client, module);
    await client.query('commit');
    return begun;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function beginBeside(connection: NatsConnection | undefined, client: Client, module: string): Promise<BegunGeneration> {
  await client.query(`set local search_path = ${escapeIdentifier(module)}`);
  const history = new LogHistory({ query: async (text, values) => (await client.query(text, values)).rows as unknown[] });
  const divergence = connection && (await divergenceOf(connection, module, history));
  if (divergence) {
    const { generation, republished, moved } = await cutLog(client, module, divergence);
    return { generation, stream: { ...divergence, republished, moved } };
  }
  const { rows } = await client.query<{ generation: number }>('select begin_generation() as generation');
  return { generation: rows[0].generation };
}

async function refuseWithoutLog(client: Client, module: string): Promise<void> {
  const { rows } = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
    `${escapeIdentifier(module)}.log_head`,
  ]);
  if (!rows[0].exists)
    throw new Error(`There is no log of "${module}" in this database. Check DATA_DIR or DATABASE_URL, or make it: npm run migrate`);
}

/** Processes that have just stopped are given a moment: the server goes on showing their connections after they were closed. */
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
