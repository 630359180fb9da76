import type { DatabaseSettings } from '../config/settings';
import { isPostgresUrl, POSTGRES_URL_HINT } from '../config/env-reader';
import { administratorOf } from '../provisioning/administrator';
import { variablePart } from '../config/settings';
import { databaseOf, targetNameOf, Roles, withDatabase } from '../database/roles';
import type { DatabaseTarget } from '../placement/database-target';
import type { Reader } from './reconcile/positions';

/** Where a module lives when it has no database of its own, and its own database. */
export interface Endpoints {
  /** Where the modules are that have no database of their own. */
  home: DatabaseTarget;
  away: DatabaseTarget;
  /** The other modules, where the settings tell how to look at them. */
  readers: Reader[];
  notLookedAt: string[];
  stop: () => Promise<void>;
}

/** `--to` and `--to-admin`: the module's own variables, said on the command line. */
export interface EndpointOptions {
  to?: string;
  toAdmin?: string;
}

/** The application whose module moves. */
export interface MovedApplication {
  modules: readonly string[];
  /** The folder that holds its migrations. */
  migrations: string;
}

/** Reads both places from the settings. Throws where one is missing, naming the variable. */
export async function resolveEndpoints(
  settings: DatabaseSettings,
  { modules, migrations }: MovedApplication,
  module: string,
  given: EndpointOptions,
  log: (line: string) => void,
): Promise<Endpoints> {
  const variable = `${variablePart(module)}_DATABASE_URL`;
  const awayUrl = given.to ?? settings.moduleUrls.get(module);
  if (awayUrl === undefined)
    throw new Error(
      `Where is the module's own database? Say it with --to <database url>, or set ${variable}.`,
    );
  if (!isPostgresUrl(awayUrl))
    throw new Error(`${given.to === undefined ? variable : '--to'} ${POSTGRES_URL_HINT}`);
  const shared = {
    ...settings,
    moduleUrls: without(settings.moduleUrls, module),
    moduleAdminUrls: without(settings.moduleAdminUrls, module),
  };
  const targetAt = (adminUrl: string, secret: string | undefined): DatabaseTarget =>
    targetWith(migrations, adminUrl, secret);
  const administrator = await administratorOf(shared, module, log);
  try {
    const home = targetAt(administrator.adminUrl, administrator.secret);
    const adminUrl = given.toAdmin ?? settings.moduleAdminUrls.get(module) ?? sameServer(home, awayUrl);
    if (adminUrl === undefined) {
      throw new Error(
        `Who administers ${targetNameOf(awayUrl)}? Set ${variablePart(module)}_DATABASE_ADMIN_URL, or --to-admin, to a login that may create roles there.`,
      );
    }
    const away = targetAt(withDatabase(adminUrl, databaseOf(awayUrl)), settings.roleSecret);
    const others = modules.filter((other) => other !== module);
    return {
      home,
      away,
      ...readersAmong(others, settings, home, targetAt),
      stop: () => administrator.stop(),
    };
  } catch (error) {
    await administrator.stop();
    throw error;
  }
}

function readersAmong(
  others: readonly string[],
  settings: DatabaseSettings,
  home: DatabaseTarget,
  targetAt: (adminUrl: string, secret: string | undefined) => DatabaseTarget,
): Pick<Endpoints, 'readers' | 'notLookedAt'> {
  const readers: Reader[] = [];
  const notLookedAt: string[] = [];
  for (const module of others) {
    const url = settings.moduleUrls.get(module);
    const adminUrl = settings.moduleAdminUrls.get(module);
    if (url === undefined) readers.push({ module, place: home });
    else if (adminUrl === undefined) notLookedAt.push(module);
    else
      readers.push({ module, place: targetAt(withDatabase(adminUrl, databaseOf(url)), settings.roleSecret) });
  }
  return { readers, notLookedAt };
}

function targetWith(migrations: string, adminUrl: string, secret: string | undefined): DatabaseTarget {
  if (secret === undefined) {
    throw new Error(
      'DATABASE_ROLE_SECRET must be set when a module has a database of its own: the passwords of its roles are derived from it. Make one with: openssl rand -hex 32',
    );
  }
  return { adminUrl, roles: new Roles(databaseOf(adminUrl)), secret, migrations };
}

const sameServer = ({ adminUrl }: DatabaseTarget, url: string): string | undefined =>
  new URL(adminUrl).host === new URL(url).host ? withDatabase(adminUrl, databaseOf(url)) : undefined;

const without = (urls: ReadonlyMap<string, string>, module: string): ReadonlyMap<string, string> =>
  new Map([...urls].filter(([name]) => name !== module));
