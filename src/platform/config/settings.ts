import { type Failpoint, FAILPOINTS, parseFailpoint } from '../kernel/failpoints';
import type { Standby } from './standby';
import { EnvReader, type Environment } from './env-reader';
import {
  type DescribedVariable,
  type ModuleSettings,
  readModuleSettings,
  type SettingsOwner,
} from './module-settings';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const;
export type LogLevelName = (typeof LOG_LEVELS)[number];

/** Which browsers may use a port that has no login. */
export interface BrowserSettings {
  /**
   * Names that this server is asked by, beside addresses, `localhost` and names without a dot; `*` for any.
   * In lower case.
   */
  readonly hosts: readonly string[];
  /** Origins of other sites whose pages may ask. */
  readonly origins: readonly string[];
}

/** The public API. */
export interface HttpSettings {
  readonly port: number;
  readonly host: string;
  /** False when the API can be reached from other machines. */
  readonly loopbackOnly: boolean;
  /** Larger bodies are refused. An order of 1,000 lines takes about 150 kB. */
  readonly bodyLimitBytes: number;
  /** How long a client may take to send a request. How long the answer takes is not limited by it. */
  readonly requestTimeoutMs: number;
  /** How long requests are still taken after readiness has begun to say that the process drains. */
  readonly drainDelayMs: number;
  /** Streams of events that one address may have open at a time. */
  readonly streamsPerClient: number;
  /** Of both ports. */
  readonly browsers: BrowserSettings;
}

/** The operator's API, on a port of its own. */
export interface OpsSettings {
  readonly port: number;
  readonly host: string;
  /** Wanted from every caller when set; must be set where the port is open to other machines. */
  readonly token: string | undefined;
}

export interface DatabaseSettings {
  /**
   * The server and database of all modules; the embedded server when absent. A login in it is not used:
   * modules have their own.
   */
  readonly url: string | undefined;
  /** A login that may create roles and schemas. Used at start and by `npm run migrate`, then forgotten. */
  readonly adminUrl: string | undefined;
  /** The passwords of the modules' roles are derived from it. The embedded server has one of its own. */
  readonly roleSecret: string | undefined;
  /** Where the embedded server keeps its data. */
  readonly dataDir: string;
  /** Connections per module. */
  readonly poolSize: number;
  /** How long a request or a reader waits for a connection while all of them are in use. */
  readonly queueMs: number;
  /**
   * `<MODULE>_DATABASE_URL`, by module name: puts one module elsewhere. Checked once the modules are known.
   */
  readonly moduleUrls: ReadonlyMap<string, string>;
  /** `<MODULE>_DATABASE_ADMIN_URL`, by module name: the administrator's login there. */
  readonly moduleAdminUrls: ReadonlyMap<string, string>;
}

export interface MessagingSettings {
  /** How long a process may hold a lane group without renewing its lease. */
  readonly leaseMs: number;
  /** The longest time between two polls of a reader that no signal wakes. */
  readonly pollIntervalMs: number;
}

export interface HostingSettings {
  /** `MODULES`, as written; all modules when absent. Checked once the modules are known. */
  readonly modules: readonly string[] | undefined;
  /**
   * What the process was asked to host as well and does not, because it lives elsewhere; nothing when absent.
   */
  readonly standbys?: () => readonly Standby[];
}

/** How messages and calls get to modules of other processes. */
export interface TransportSettings {
  /** `host:port` of the NATS servers to try; empty when there is no broker. */
  readonly servers: readonly string[];
  /** The login in `NATS_URL`. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** The monitoring port of a NATS server, which is asked at start how the server syncs. */
  readonly monitorUrl: string | undefined;
  /**
   * What messages are signed and checked with, by module; derived from the secret of the roles when absent.
   */
  readonly keys?: {
    readonly signing: ReadonlyMap<string, Buffer>;
    readonly verifying: ReadonlyMap<string, Buffer>;
  };
}

/** Calls to modules of other processes, and requests that are forwarded to them. */
export interface CallSettings {
  /** The longest time that a caller waits for the answer to a command or query. */
  readonly deadlineMs: number;
  /** After so long without an answer the call is tried again, with the same id. */
  readonly attemptMs: number;
  /** How many calls in a row have to fail before a module is left alone for a moment. */
  readonly circuitFailures: number;
  /** The longest time that an HTTP request waits for a process that hosts its module. */
  readonly forwardWaitMs: number;
  /**
   * The longest time that the process which was found for it says nothing: before its answer begins, and in
   * the middle of it.
   */
  readonly forwardSilenceMs: number;
  /**
   * The longest time that a forwarded request takes in all, with its answer; streams of events have no such
   * limit.
   */
  readonly forwardTotalMs: number;
  /** Where other processes reach this one's API; made of host and port when absent. */
  readonly announcedUrl: string | undefined;
}

export interface LoggingSettings {
  /** This level and everything more severe is written. */
  readonly level: LogLevelName;
}

/** For tests of what happens when things go wrong; refused in production. */
export interface FaultSettings {
  /** Where the process kills itself. */
  readonly failpoint: Failpoint | undefined;
}

/** The environment, read and validated once, in typed groups. Inject it; read no `process.env` elsewhere. */
export class Settings {
  constructor(
    readonly http: HttpSettings,
    readonly ops: OpsSettings,
    readonly database: DatabaseSettings,
    readonly messaging: MessagingSettings,
    readonly logging: LoggingSettings,
    readonly faults: FaultSettings,
    readonly transport: TransportSettings,
    readonly hosting: HostingSettings,
    readonly calls: CallSettings,
    /** Those of the modules, by the class that a module injects. */
    readonly modules: ReadonlyMap<ModuleSettings, object> = new Map(),
  ) {}
}

/** Shorter secrets can be guessed. */
const SECRET_LENGTH = 16;

/**
 * Reads the settings from the environment, and those of the modules among `owners` that `MODULES` names;
 * throws one `SettingsError` that lists everything that is wrong.
 */
export function readSettings(environment: Environment, owners: readonly SettingsOwner[] = []): Settings {
  const env = new EnvReader(environment);
  const platform = readPlatform(env, environment);
  const wanted = env.names('MODULES');
  const hosted = owners.filter(({ name }) => wanted?.includes(name) ?? true);
  const settings = { ...platform, modules: readModuleSettings(env, hosted).values };
  env.finish();
  return settings;
}

/** Every variable of these modules, as documented in docs/configuration.md. */
export function describedVariables(owners: readonly SettingsOwner[]): DescribedVariable[] {
  const env = new EnvReader({});
  readPlatform(env, {});
  return readModuleSettings(env, owners).variables;
}

function readPlatform(env: EnvReader, environment: Environment): Settings {
  return new Settings(
    readHttp(env),
    readOps(env),
    readDatabase(env, environment),
    {
      leaseMs: env.integer('MESSAGING_LEASE_MS', { min: 3_000, max: 600_000, fallback: 9_000 }),
      pollIntervalMs: env.integer('MESSAGING_POLL_INTERVAL_MS', { min: 10, max: 30_000, fallback: 250 }),
    },
    { level: env.oneOf('LOG_LEVEL', LOG_LEVELS, 'log') },
    readFaults(env),
    readTransport(env),
    { modules: env.names('MODULES') },
    readCalls(env),
  );
}

/** Whether only this machine can reach a server that listens there. */
export const isLoopback = (host: string): boolean =>
  ['localhost', '::1', '[::1]'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host);

function readHttp(env: EnvReader): HttpSettings {
  const host = env.textOr('HOST', '127.0.0.1');
  return {
    port: readPort(env, 'PORT', 3000),
    host,
    loopbackOnly: isLoopback(host),
    bodyLimitBytes: env.integer('HTTP_BODY_LIMIT_BYTES', {
      min: 1_024,
      max: 100 * 1_048_576,
      fallback: 1_048_576,
    }),
    requestTimeoutMs: env.integer('HTTP_REQUEST_TIMEOUT_MS', { min: 100, max: 600_000, fallback: 30_000 }),
    // No load balancer looks at a process that only its own machine reaches.
    drainDelayMs: env.integer('HTTP_DRAIN_DELAY_MS', {
      min: 0,
      max: 600_000,
      fallback: isLoopback(host) ? 0 : 5_000,
    }),
    streamsPerClient: env.integer('HTTP_STREAMS_PER_CLIENT', { min: 1, max: 500, fallback: 50 }),
    browsers: readBrowsers(env),
  };
}

function readBrowsers(env: EnvReader): BrowserSettings {
  const list = (name: string): string[] => (env.text(name) ? (env.names(name) ?? []) : []);
  const hosts = list('ALLOWED_HOSTS').map((host) => host.toLowerCase());
  if (!hosts.every((host) => host === '*' || /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host))) {
    env.problem(
      'ALLOWED_HOSTS',
      'must be names without a port, with commas between, such as shop.example.com; or * for any.',
    );
  }
  const origins = list('ALLOWED_ORIGINS');
  if (!origins.every((origin) => /^https?:/.test(origin) && URL.parse(origin)?.origin === origin)) {
    env.problem(
      'ALLOWED_ORIGINS',
      'must be origins as browsers send them, with commas between, such as https://shop.example.com.',
    );
  }
  return { hosts, origins };
}

function readCalls(env: EnvReader): CallSettings {
  const announcedUrl = env.text('ANNOUNCED_URL');
  const url = announcedUrl === undefined ? null : URL.parse(announcedUrl);
  if (
    announcedUrl !== undefined &&
    (url?.protocol !== 'http:' || url.pathname !== '/' || url.search || url.username)
  ) {
    env.problem(
      'ANNOUNCED_URL',
      'must be http://<host>:<port> and nothing more. Correct it, or unset it for the host and port that are listened on.',
    );
  }
  const forwardSilenceMs = env.integer('FORWARD_SILENCE_MS', { min: 100, max: 600_000, fallback: 30_000 });
  const forwardTotalMs = env.integer('FORWARD_TOTAL_MS', { min: 100, max: 3_600_000, fallback: 120_000 });
  if (forwardSilenceMs > forwardTotalMs) {
    env.problem(
      'FORWARD_SILENCE_MS',
      `is ${forwardSilenceMs} and more than FORWARD_TOTAL_MS, ${forwardTotalMs}: no request could wait for so long. Lower it, or raise FORWARD_TOTAL_MS.`,
    );
  }
  return {
    deadlineMs: env.integer('CALL_DEADLINE_MS', { min: 100, max: 60_000, fallback: 5_000 }),
    attemptMs: env.integer('CALL_ATTEMPT_MS', { min: 50, max: 60_000, fallback: 2_000 }),
    circuitFailures: env.integer('CALL_CIRCUIT_FAILURES', { min: 1, max: 1_000, fallback: 5 }),
    forwardWaitMs: env.integer('FORWARD_WAIT_MS', { min: 0, max: 60_000, fallback: 10_000 }),
    forwardSilenceMs,
    forwardTotalMs,
    announcedUrl: url?.origin,
  };
}

function readOps(env: EnvReader): OpsSettings {
  const host = env.textOr('OPS_HOST', '127.0.0.1');
  const token = env.secret('OPS_TOKEN', SECRET_LENGTH);
  if (token === undefined && !isLoopback(host)) {
    env.problem(
      'OPS_TOKEN',
      `must be a secret of at least ${SECRET_LENGTH} characters, because OPS_HOST opens the operator's API to other machines. Set it, or unset OPS_HOST for 127.0.0.1.`,
    );
  }
  return { port: readPort(env, 'OPS_PORT', 3001), host, token };
}

/** 0 asks the operating system for a free port. */
const readPort = (env: EnvReader, name: string, fallback: number): number =>
  env.integer(name, { min: 0, max: 65_535, fallback });

function readDatabase(env: EnvReader, environment: Environment): DatabaseSettings {
  const url = env.postgresUrl('DATABASE_URL');
  const adminUrl = env.postgresUrl('DATABASE_ADMIN_URL');
  const roleSecret = env.secret('DATABASE_ROLE_SECRET', SECRET_LENGTH);
  if (adminUrl !== undefined && url === undefined) {
    env.problem(
      'DATABASE_ADMIN_URL',
      'is set, but DATABASE_URL is not. Set DATABASE_URL to the database to use, or unset both for the embedded server.',
    );
  }
  if (url !== undefined && roleSecret === undefined) {
    env.problem(
      'DATABASE_ROLE_SECRET',
      `must be a secret of at least ${SECRET_LENGTH} characters when DATABASE_URL is set: the passwords of the modules' roles are derived from it. Make one with: openssl rand -hex 32`,
    );
  }
  return {
    url,
    adminUrl,
    roleSecret,
    dataDir: env.textOr('DATA_DIR', '.data'),
    poolSize: env.integer('DATABASE_POOL_SIZE', { min: 3, max: 100, fallback: 5 }),
    queueMs: env.integer('DATABASE_QUEUE_MS', { min: 50, max: 60_000, fallback: 3_000 }),
    moduleUrls: byModule(env, environment, /^(.+)_DATABASE_URL$/),
    moduleAdminUrls: byModule(env, environment, /^(.+)_DATABASE_ADMIN_URL$/),
  };
}

/** `LOYALTY_POINTS_DATABASE_URL` is about the module `loyalty-points`. */
function byModule(env: EnvReader, environment: Environment, pattern: RegExp): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of Object.keys(environment)) {
    const module = pattern.exec(name)?.[1].toLowerCase().replaceAll('_', '-');
    const value = module && env.text(name);
    if (module && value) found.set(module, value);
  }
  return found;
}

/** The other way round. */
export const variablePart = (module: string): string => module.toUpperCase().replaceAll('-', '_');

const NATS_URL_HINT =
  'must be the URL of a NATS server, such as nats://user:password@127.0.0.1:4222, or several of one cluster, with commas.';

function readTransport(env: EnvReader): TransportSettings {
  const texts = env.text('NATS_URL')?.split(',') ?? [];
  const urls = texts.map((text) => URL.parse(text.trim()));
  const isNats = (url: URL | null): url is URL => url?.protocol === 'nats:' && url.hostname !== '';
  const good = urls.filter(isNats);
  if (good.length < urls.length) env.problem('NATS_URL', NATS_URL_HINT);
  const login = good.find(({ username }) => username !== '');
  const monitorUrl = env.text('NATS_MONITOR_URL');
  if (monitorUrl !== undefined && URL.parse(monitorUrl)?.protocol.startsWith('http') !== true) {
    env.problem(
      'NATS_MONITOR_URL',
      'must be the HTTP address of the monitoring port of a NATS server, such as http://127.0.0.1:8222.',
    );
  }
  const keys = readKeys(env);
  return {
    ...(keys && { keys }),
    servers: good.map(({ hostname, port }) => `${hostname}:${port || '4222'}`),
    user: login && decodeURIComponent(login.username),
    password: login && decodeURIComponent(login.password),
    monitorUrl,
  };
}

/** `orders:<key>,payments:<key>`, each 32 bytes as base64url. */
function readKeys(env: EnvReader): TransportSettings['keys'] {
  const [signing, verifying] = ['NATS_SIGNING_KEYS', 'NATS_VERIFYING_KEYS'].map((name) => {
    const entries = env
      .text(name)
      ?.split(',')
      .map((entry) => KEY_ENTRY.exec(entry.trim()));
    if (entries?.includes(null))
      env.problem(name, 'must be <module>:<key>, with commas between, as npm run nats:config prints it.');
    return (
      entries &&
      new Map(
        entries.flatMap((entry) => (entry ? [[entry[1], Buffer.from(entry[2], 'base64url')] as const] : [])),
      )
    );
  });
  if (signing && !verifying)
    env.problem(
      'NATS_VERIFYING_KEYS',
      'must be set where NATS_SIGNING_KEYS is. Set both as npm run nats:config prints them.',
    );
  return verifying && { signing: signing ?? new Map<string, Buffer>(), verifying };
}

const KEY_ENTRY = /^([a-z][a-z0-9-]*):([\w-]{43})$/;

function readFaults(env: EnvReader): FaultSettings {
  if (env.text('NODE_ENV') === 'production') {
    for (const name of ['FAILPOINT', 'PLANTED_BUG']) {
      if (env.text(name) === undefined) continue;
      env.problem(
        name,
        'is for tests and would break the service here. Unset it; to try it, start with another NODE_ENV than production.',
      );
    }
  }
  const text = env.text('FAILPOINT');
  const failpoint = text === undefined ? null : parseFailpoint(text);
  if (text !== undefined && !failpoint) {
    env.problem(
      'FAILPOINT',
      `must be <name>, <name>:<hit> or <name>:<hit>:<die, freeze or throw>, the hit from 1, and the name one of ${Object.keys(FAILPOINTS).join(', ')}. Correct it, or unset it.`,
    );
  }
  return { failpoint: failpoint ?? undefined };
}
