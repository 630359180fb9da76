import { join } from 'node:path';
import { type DatabaseSettings, variablePart } from '../config/settings';
import { secretIn } from './embedded/secret-file';
import { EMBEDDED_DATABASE } from './prepare-database';
import { databaseOf, withDatabase } from '../database/roles';

/** The administrator's login to a module's database, for as long as a command runs. */
export interface Administrator {
  /** With the module's database. */
  readonly adminUrl: string;
  /** What the passwords of the roles there are derived from; undefined when the settings do not say. */
  readonly secret: string | undefined;
  /** Stops the embedded server, unless another process still uses it. */
  readonly stop: () => Promise<void>;
}

/**
 * The embedded server's superuser, or the administrator of the settings. Throws where the settings name none.
 */
export async function administratorOf(
  settings: DatabaseSettings,
  module: string,
  log: (line: string) => void,
): Promise<Administrator> {
  const own = settings.moduleUrls.get(module);
  const url = own ?? settings.url;
  if (url === undefined) {
    const { startEmbeddedServer } = await import('./embedded-server.ts');
    const embedded = await startEmbeddedServer({ dataDir: settings.dataDir, log });
    return {
      adminUrl: withDatabase(embedded.adminUrl, EMBEDDED_DATABASE),
      secret: await secretIn(join(embedded.dataDir, 'role-secret')),
      stop: () => embedded.stop(),
    };
  }
  const adminUrl = own === undefined ? settings.adminUrl : settings.moduleAdminUrls.get(module);
  if (adminUrl === undefined) {
    throw new Error(
      `${own === undefined ? '' : `${variablePart(module)}_`}DATABASE_ADMIN_URL is not set. Set it to the login of an administrator of the database of "${module}"; the application itself does not need it.`,
    );
  }
  return {
    adminUrl: withDatabase(adminUrl, databaseOf(url)),
    secret: settings.roleSecret,
    stop: async () => undefined,
  };
}
