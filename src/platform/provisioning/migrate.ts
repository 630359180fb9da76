import { type Client, escapeIdentifier } from 'pg';
import { DataSource, MigrationExecutor } from 'typeorm';
import { underAdvisoryLock, withClient } from '../database/admin-client';
import { migrationNames, migrationsOf } from './migration-files';
import type { Roles } from '../database/roles';
import { applySettings, requireUtf8Of } from '../database/session-settings';

export interface MigrateOptions {
  /** The administrator's login, with the database to migrate. */
  adminUrl: string;
  roles: Roles;
  modules: readonly string[];
  log: (line: string) => void;
  /**
   * The folder that holds the application's migrations, in a folder for each module. Those of the platform
   * come by themselves.
   */
  migrations: string;
}

/** A module's history of migrations, in its own schema. */
export const HISTORY = 'migrations';

/** A waiting `alter table` blocks every session behind it, so it gives up after a while instead. */
const LOCK_TIMEOUT = '30s';

/**
 * Brings every module's schema up to date and resolves to the names of the migrations that ran, by module.
 * Safe from several processes at once: the later ones wait and find nothing left to do.
 */
export function migrate(options: MigrateOptions): Promise<Map<string, string[]>> {
  return withClient(options.adminUrl, 'migrate', async (client) => {
    await requireUtf8Of(client, options.adminUrl);
    return underAdvisoryLock(client, options.log, async () => {
      const ran = new Map<string, string[]>();
      for (const module of options.modules) {
        const pending = await pendingMigrations(client, module, options.migrations);
        if (pending.length > 0) ran.set(module, await migrateModule(options, module, pending.length));
        await protect(
          async (sql, values) => (await client.query<object>(sql, values)).rows,
          options.roles,
          module,
        );
      }
      return ran;
    });
  });
}

/** The names of a module's migrations that have not run yet. */
export async function pendingMigrations(
  client: Client,
  module: string,
  migrations: string,
): Promise<string[]> {
  const table = `${escapeIdentifier(module)}.${HISTORY}`;
  const { rows } = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
    table,
  ]);
  const done = rows[0].exists
    ? (await client.query<{ name: string }>(`select name from ${table}`)).rows.map((row) => row.name)
    : [];
  return migrationNames(module, migrations).filter((name) => !done.includes(name));
}

async function migrateModule(
  { adminUrl, roles, log, migrations }: MigrateOptions,
  module: string,
  count: number,
): Promise<string[]> {
  log(`migrating ${module}: ${count} ${count === 1 ? 'migration' : 'migrations'} ...`);
  const source = new DataSource({
    type: 'postgres',
    url: adminUrl,
    applicationName: `seamline migrate ${module}`,
    schema: module,
    migrations: migrationsOf(module, migrations),
    migrationsTableName: HISTORY,
    installExtensions: false,
    logging: false,
    poolSize: 1,
    extra: { onConnect: (client: Client) => applySettings(client) },
  });
  await source.initialize();
  const runner = source.createQueryRunner();
  try {
    await runner.query(`set role ${escapeIdentifier(roles.owner)}`);
    await runner.query(
      `select set_config('search_path', $1, false), set_config('seamline.runtime_role', $2, false), set_config('lock_timeout', $3, false)`,
      [escapeIdentifier(module), roles.of(module), LOCK_TIMEOUT],
    );
    const executor = new MigrationExecutor(source, runner);
    executor.transaction = 'each';
    return (await executor.executePendingMigrations()).map((migration) => migration.name);
  } catch (error) {
    throw new Error(
      `A migration of the module "${module}" failed and was rolled back: ${(error as Error).message}`,
      { cause: error },
    );
  } finally {
    await runner.release();
    await source.destroy();
  }
}

/** Answers the rows of a statement. */
export type RunStatement = (sql: string, values?: unknown[]) => Promise<unknown[]>;

/**
 * Takes back what the default privileges give too much: a module appends to its log and never rewrites it,
 * reads its history and never writes it. Partitions are written through the outbox itself, so they need no
 * right to insert.
 */
export async function protect(
  ask: RunStatement,
  roles: Roles,
  module: string,
  schema = module,
): Promise<void> {
  const role = escapeIdentifier(roles.of(module));
  const rows = (await ask(
    `select format('%I.%I', n.nspname, c.relname) as name, case when c.relname = $2 then 'history' else 'log' end as kind
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind in ('r', 'p')
       and (c.relname in ('outbox', $2) or c.oid in (select relid from pg_partition_tree(to_regclass(quote_ident($1) || '.outbox'))))
       and has_table_privilege($3, c.oid, 'update, delete, truncate')`,
    [schema, HISTORY, roles.of(module)],
  )) as { name: string; kind: 'log' | 'history' }[];
  for (const { name, kind } of rows) {
    const excess = kind === 'history' ? 'insert, update, delete, truncate' : 'update, delete, truncate';
    await ask(`revoke ${excess} on ${name} from ${role}`);
  }
}
