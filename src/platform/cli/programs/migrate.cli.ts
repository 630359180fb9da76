import type { Type } from '@nestjs/common';
import { readSettings } from '../../config/settings';
import type { Environment } from '../../config/env-reader';
import { migrationsFolderOf } from '../../hosting/application-folder';
import { hostingFor } from '../../hosting/bounded-contexts';
import { prepareDatabase } from '../../provisioning/prepare-database';

/**
 * `npm run migrate`: makes databases, roles and schemas and migrates them, without starting the application. With `MODULES`, those of
 * the named modules only. Resolves to the exit code.
 */
export async function migrateCommand(root: Type, env: Environment): Promise<number> {
  const log = (line: string): void => console.log(line);
  try {
    const { hosting, database: settings } = readSettings(env);
    if (settings.url !== undefined && settings.adminUrl === undefined) {
      throw new Error(
        'DATABASE_ADMIN_URL is not set. Set it to the login of an administrator who may create roles and schemas; the application itself does not need it.',
      );
    }
    const prepared = await prepareDatabase({ settings, modules: hostingFor(root, { hosting }), migrations: migrationsFolderOf(root), log });
    log(`up to date: ${prepared.location}`);
    await prepared.stop();
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}
