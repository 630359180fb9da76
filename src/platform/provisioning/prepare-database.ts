import { join } from 'node:path';
import { isPostgresUrl, POSTGRES_URL_HINT, SettingsError } from '../config/env-reader';
import { type DatabaseSettings, variablePart } from '../config/settings';
import type { Hosting } from '../hosting/hosting';
import { DatabaseNotProvisioned, notProvisionedReason } from '../database/not-provisioned';
import { withClient } from '../database/admin-client';
import { connectionHint } from '../database/connection-hint';
import { codeOf, isConnectionError, isWithoutTls } from '../database/driver-errors';
import type { ModuleConnection } from '../database/module-connection';
import { secretIn } from './embedded/secret-file';
import {
  FILES_LIMIT_MS,
  throwIfInterrupted,
  type StartStep,
  StartStepTooSlow,
  startStep,
} from '../kernel/start-step';
import type { EmbeddedServer } from './embedded-server';
import { migrationNames } from './migration-files';
import { migrate, pendingMigrations } from './migrate';
import { provision } from './provision';
import { databaseOf, targetNameOf, rolePassword, Roles, withDatabase, withLogin } from '../database/roles';

export interface PreparedDatabase {
  /** How each module connects. */
  readonly connections: readonly ModuleConnection[];
  /** Where the data lives, for people: a folder, or servers and databases. */
  readonly location: string;
  /** Stops the embedded server, unless another process still uses it. Close every connection first. */
  stop(): Promise<void>;
}

export interface PrepareOptions {
  settings: DatabaseSettings;
  /**
   * The modules to prepare: those that this process hosts. A URL of another one that exists is not its
   * business.
   */
  modules: Pick<Hosting, 'all' | 'hosted'>;
  /** The folder that holds the application's migrations, in a folder for each module. */
  migrations: string;
  /** Whether a module's own database may be missing: its process then waits until it is provisioned. */
  mayBeAbsent?: boolean;
  /** The embedded server, where it is being started already; it is started here otherwise. */
  embedded?: Promise<EmbeddedServer>;
  log: (line: string) => void;
}

/** One database with the modules that live in it, and the administrator's login when there is one. */
interface Target {
  url: string;
  /** Whether it is on the server that comes with the packages. */
  isEmbedded: boolean;
  adminUrl: string | undefined;
  /** The variable that the administrator's login comes from. */
  adminVariable: string;
  modules: string[];
  secret: string;
}

/** The one database on the embedded server. */
export const EMBEDDED_DATABASE = 'seamline';

/**
 * Everything between the settings and the pools: starts the embedded server unless `DATABASE_URL` names one,
 * makes databases, roles and schemas, and migrates. The administrator's login is used for that and forgotten;
 * without one, the schemas must be up to date already.
 */
export async function prepareDatabase({
  settings,
  modules: { all, hosted: modules },
  migrations,
  mayBeAbsent = false,
  embedded: starting,
  log,
}: PrepareOptions): Promise<PreparedDatabase> {
  checkModuleUrls(settings, { all, hosted: modules }, log);
  const embedded = needsEmbedded(settings, modules)
    ? await (starting ??
        (await import('./embedded-server.ts')).startEmbeddedServer({ dataDir: settings.dataDir, log }))
    : undefined;
  try {
    const shared = embedded
      ? {
          url: withDatabase(embedded.adminUrl, EMBEDDED_DATABASE),
          adminUrl: embedded.adminUrl,
          isEmbedded: true,
          secret: await startStep(roleSecretOf(embedded.dataDir), log, () =>
            secretIn(join(embedded.dataDir, 'role-secret')),
          ),
        }
      : { url: settings.url, adminUrl: settings.adminUrl, secret: settings.roleSecret, isEmbedded: false };
    const targets = targetsOf(settings, modules, shared);
    for (const target of targets) {
      throwIfInterrupted();
      await startStep(preparing(target), log, () => prepareTarget(target, migrations, log)).catch(
        (error: Error) => {
          const isOwn = target.modules.every((module) => settings.moduleUrls.has(module));
          if (!mayBeAbsent || !isOwn || !(error instanceof DatabaseNotProvisioned)) throw error;
        },
      );
    }
    return {
      connections: targets.flatMap(connectionsOf),
      location: describe(targets, embedded?.dataDir),
      stop: async () => embedded?.stop(),
    };
  } catch (error) {
    // Where the files hang, so would stopping; the server that goes on is adopted by the next start.
    if (!(error instanceof StartStepTooSlow)) await embedded?.stop();
    throw error;
  }
}

const roleSecretOf = (dataDir: string): StartStep => ({
  what: `the secret of the roles in ${dataDir}`,
  limitMs: FILES_LIMIT_MS,
  wayOut: `The file system of ${dataDir} does not answer.`,
});

/** A migration may rewrite a large table; the start reports what it waits for, and can be interrupted. */
const preparing = ({ url, modules }: Target): StartStep => ({
  what: `the database ${targetNameOf(url)} with the roles, schemas and migrations of ${modules.join(', ')}`,
  limitMs: 60 * 60_000,
  wayOut:
    'See pg_stat_activity there for what it does or waits for. Migrations that take longer are run beforehand: npm run migrate.',
});

function describe(targets: readonly Target[], dataDir: string | undefined): string {
  if (targets.length === 1) return dataDir ?? targetNameOf(targets[0].url);
  return targets.map(({ url, modules }) => `${targetNameOf(url)} (${modules.join(', ')})`).join('; ');
}

/** The modules are not known where the environment is read, so their variables are checked here. */
function checkModuleUrls(
  { url, roleSecret, moduleUrls, moduleAdminUrls }: DatabaseSettings,
  { all, hosted }: PrepareOptions['modules'],
  log: (line: string) => void,
): void {
  const problems: string[] = [];
  for (const [urls, suffix] of [
    [moduleUrls, 'DATABASE_URL'],
    [moduleAdminUrls, 'DATABASE_ADMIN_URL'],
  ] as const) {
    for (const [module, value] of urls) {
      const name = `${variablePart(module)}_${suffix}`;
      if (!all.includes(module))
        log(`${name} is ignored: there is no module "${module}" here. The modules are ${all.join(', ')}.`);
      if (!hosted.includes(module)) continue;
      if (!isPostgresUrl(value)) problems.push(`${name} ${POSTGRES_URL_HINT}`);
      else if (suffix === 'DATABASE_ADMIN_URL' && !moduleUrls.has(module)) {
        problems.push(
          `${name} is set, but ${variablePart(module)}_DATABASE_URL is not. Set both, or neither.`,
        );
      }
    }
  }
  if (roleSecret === undefined && url === undefined && hosted.some((module) => moduleUrls.has(module))) {
    problems.push(
      'DATABASE_ROLE_SECRET must be set when a module has a database of its own. Make one with: openssl rand -hex 32',
    );
  }
  if (problems.length > 0) throw new SettingsError(problems);
}

const needsEmbedded = (settings: DatabaseSettings, modules: readonly string[]): boolean =>
  settings.url === undefined && modules.some((module) => !settings.moduleUrls.has(module));

/**
 * Modules whose URLs lead to the same database share a target. A module's own URL may carry no login: it has
 * its own role there too.
 */
function targetsOf(
  settings: DatabaseSettings,
  modules: readonly string[],
  shared: {
    url: string | undefined;
    adminUrl: string | undefined;
    secret: string | undefined;
    isEmbedded: boolean;
  },
): Target[] {
  const targets = new Map<string, Target>();
  for (const module of modules) {
    const own = settings.moduleUrls.get(module);
    const url = own ?? shared.url;
    const secret = own === undefined ? shared.secret : settings.roleSecret;
    if (url === undefined || secret === undefined)
      throw new Error(
        `The module "${module}" has no database. Set ${variablePart(module)}_DATABASE_URL or DATABASE_URL, and DATABASE_ROLE_SECRET.`,
      );
    const adminUrl = own === undefined ? shared.adminUrl : settings.moduleAdminUrls.get(module);
    const target = targets.get(targetNameOf(url)) ?? {
      url,
      isEmbedded: own === undefined && shared.isEmbedded,
      adminUrl: undefined,
      adminVariable: own === undefined ? 'DATABASE_ADMIN_URL' : `${variablePart(module)}_DATABASE_ADMIN_URL`,
      modules: [],
      secret,
    };
    target.modules.push(module);
    target.adminUrl ??= adminUrl && withDatabase(adminUrl, databaseOf(url));
    targets.set(targetNameOf(url), target);
  }
  return [...targets.values()];
}

async function prepareTarget(target: Target, migrations: string, log: (line: string) => void): Promise<void> {
  const { url, adminUrl, modules, secret } = target;
  if (adminUrl === undefined) return requireMigrated(connectionsOf(target), migrations);
  const roles = new Roles(databaseOf(url));
  try {
    await provision({ adminUrl, roles, modules, secret, isOwnServer: target.isEmbedded, log });
    await migrate({ adminUrl, roles, modules, migrations, log });
  } catch (error) {
    const { message, cause } = error as Error;
    const isOfServer =
      (codeOf(error) ?? codeOf(cause)) !== undefined || isConnectionError(error) || isWithoutTls(error);
    // Every other one names its place and its way out itself.
    if (!isOfServer) throw error;
    throw new Error(
      `The database ${targetNameOf(url)} cannot be prepared with the login in ${target.adminVariable}: ${message}. ${connectionHint(error) ?? ''}`.trim(),
      { cause: error },
    );
  }
}

/**
 * Throws when a module's schema is not what this code makes of it. Without the administrator's login nothing
 * can be mended here, so what is missing is said at once. A `DatabaseNotProvisioned` where there is nothing
 * at all.
 */
export async function requireMigrated(
  connections: readonly ModuleConnection[],
  migrations: string,
): Promise<void> {
  const missing: string[] = [];
  let anything = false;
  for (const { module, url } of connections) {
    const pending = await withClient(url, `check ${module}`, (client) =>
      pendingMigrations(client, module, migrations),
    ).catch((error: Error) => {
      const ErrorHere = notProvisionedReason(error) === undefined ? Error : DatabaseNotProvisioned;
      throw new ErrorHere(
        `The module "${module}" cannot connect to its database ${targetNameOf(url)}: ${error.message}. ` +
          (connectionHint(error) ??
            "Check that the server runs. If the database is new or DATABASE_ROLE_SECRET has changed, run `npm run migrate` with DATABASE_ADMIN_URL set to an administrator's login."),
        { cause: error },
      );
    });
    anything ||= pending.length < migrationNames(module, migrations).length;
    if (pending.length > 0) missing.push(`${module} (${pending.length})`);
  }
  if (missing.length > 0) {
    const ErrorHere = anything ? Error : DatabaseNotProvisioned;
    throw new ErrorHere(
      `The database ${targetNameOf(connections[0].url)} is behind this code; migrations are missing: ${missing.join(', ')}. ` +
        "Run `npm run migrate` with DATABASE_ADMIN_URL set to an administrator's login, then start again.",
    );
  }
}

function connectionsOf({ url, modules, secret }: Target): ModuleConnection[] {
  const roles = new Roles(databaseOf(url));
  const as = (role: string): string => withLogin(url, role, rolePassword(secret, role));
  return modules.map((module) => ({ module, url: as(roles.of(module)), auditorUrl: as(roles.auditor) }));
}
