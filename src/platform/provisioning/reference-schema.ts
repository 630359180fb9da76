import { escapeIdentifier } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { protect } from './migrate';
import { migrationsOf } from './migration-files';
import { rightsInSchema } from './provision';
import type { Roles } from '../database/roles';

export interface ReferenceOptions {
  /** The administrator's login, with the database. */
  adminUrl: string;
  roles: Roles;
  /** The folder that holds the application's migrations. */
  migrations: string;
  module: string;
}

/**
 * Makes a schema beside the module's as its migrations make it, hands its name to `look`, and takes it back:
 * all of it in a transaction that is rolled back, so that no other session ever sees it. Migrations must be
 * able to run in a transaction, as all of them are.
 */
export async function withReferenceSchema<T>(
  { adminUrl, roles, migrations, module }: ReferenceOptions,
  look: (schema: string, runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const source = new DataSource({
    type: 'postgres',
    url: adminUrl,
    applicationName: `seamline check ${module}`,
    installExtensions: false,
    logging: false,
    poolSize: 1,
  });
  await source.initialize();
  const runner = source.createQueryRunner();
  const schema = `seamline_reference_${module}`;
  try {
    await runner.startTransaction();
    await runner.query(
      `create schema ${escapeIdentifier(schema)} authorization ${escapeIdentifier(roles.owner)}`,
    );
    await runner.query(`set local role ${escapeIdentifier(roles.owner)}`);
    await runner.query(rightsInSchema(schema, module, roles));
    await runner.query(
      `select set_config('search_path', $1, true), set_config('seamline.runtime_role', $2, true), set_config('lock_timeout', '10s', true)`,
      [escapeIdentifier(schema), roles.of(module)],
    );
    for (const Migration of migrationsOf(module, migrations)) await new Migration().up(runner);
    await protect((sql, values) => runner.query(sql, values), roles, module, schema);
    return await look(schema, runner);
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    await runner.release();
    await source.destroy();
  }
}
