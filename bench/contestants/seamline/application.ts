import type { INestApplicationContext, Type } from '@nestjs/common';
import { readSettings } from '../../../src/platform/config/settings';
import { openModuleDatabases } from '../../../src/platform/database/data-sources';
import { migrate } from '../../../src/platform/provisioning/migrate';
import { provision } from '../../../src/platform/provisioning/provision';
import { rolePassword, Roles, withLogin } from '../../../src/platform/database/roles';
import { createApplication } from '../../../src/platform/start/serve';
import { BUSINESS_TABLE } from '../business-table';
import { execute } from '../pool';
import { MODULE } from './bench-module';

/** Copies of a prepared database share its roles. */
const ROLES = new Roles('seamline_bench');
const SECRET = 'for benchmarks only';
/** The business table is no migration's: it is the same for every contestant. */
const NO_MIGRATIONS = __dirname;
const silent = (): void => undefined;

/** The module's schema with the platform's migrations, its role, and the business table. */
export async function prepareModule(adminUrl: string): Promise<void> {
  const target = { adminUrl, roles: ROLES, modules: [MODULE], migrations: NO_MIGRATIONS, log: silent };
  await provision({ ...target, secret: SECRET });
  await migrate(target);
  await execute(adminUrl, `set role ${ROLES.owner}; set search_path = ${MODULE}; ${BUSINESS_TABLE}`);
}

/** The module's own login to a database. */
export function moduleUrl(url: string): string {
  const role = ROLES.of(MODULE);
  const own = new URL(withLogin(url, role, rolePassword(SECRET, role)));
  own.searchParams.set('options', `-c search_path=${MODULE}`);
  return own.href;
}

export interface BenchApplication {
  readonly context: INestApplicationContext;
  stop(): Promise<void>;
}

/** The product's platform with one small module, in this process. */
export async function startApplication(url: string, root: Type, poolSize: number): Promise<BenchApplication> {
  const settings = readSettings({ LOG_LEVEL: 'error' });
  const role = ROLES.of(MODULE);
  const own = withLogin(url, role, rolePassword(SECRET, role));
  const databases = await openModuleDatabases([{ module: MODULE, url: own, auditorUrl: own }], () => [], {
    poolSize,
    leaseMs: settings.messaging.leaseMs,
    log: silent,
  });
  const app = await createApplication(root, settings, databases);
  await app.init();
  return {
    context: app,
    stop: async () => {
      await app.close();
      await databases.close();
    },
  };
}
