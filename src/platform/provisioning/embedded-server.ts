import { randomUUID } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { runAs } from './embedded/account';
import { usableBinaries, type Binaries } from './embedded/binaries';
import { openDataFolder, type DataFolder } from './embedded/data-folder';
import { exists } from './embedded/exists';
import { HostRegister } from './embedded/host-register';
import { runningPostmaster } from './embedded/postmaster-file';
import { secretIn } from './embedded/secret-file';
import { underFileLock } from './embedded/start-lock';
import { FILES_LIMIT_MS, throwIfInterrupted, type StartStep, startStep } from '../kernel/start-step';

export interface EmbeddedServerOptions {
  /**
   * Where the data is kept between runs. Another place is used, and said, when the server's user cannot reach
   * it.
   */
  dataDir: string;
  log: (line: string) => void;
  /**
   * Where it listens; by default where it listened the last time, or on any free port. An adopted server
   * stays where it is.
   */
  port?: number;
  /**
   * Server settings beyond the usual ones, such as `fsync: 'off'` for tests. They count when the server is
   * started, not when it is adopted.
   */
  settings?: Readonly<Record<string, string>>;
  /**
   * Called as soon as the rest is up to another program: there is time to do something else. Not called where
   * nothing gets that far.
   */
  underWay?: () => void;
}

export interface EmbeddedServer {
  /** The superuser's login. For provisioning; do not keep it. */
  readonly adminUrl: string;
  /** Where the data really is. */
  readonly dataDir: string;
  /**
   * True when the server was already running: another process uses it, or one was killed and left it behind.
   */
  readonly adopted: boolean;
  /** Stops the server, unless another process still uses it. */
  stop(): Promise<void>;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  wal_level: 'logical',
  max_wal_size: '2GB',
  timezone: 'UTC',
  jit: 'off',
  // The log must not fill up with routine lines, and must not hold the data of statements that failed.
  log_checkpoints: 'off',
  log_min_error_statement: 'panic',
};

const SUPERUSER = 'postgres';
const START_ATTEMPTS = 3;
/** Recovery after a crash included. */
const START_WITHIN_S = 120;
const READY_WITHIN_MS = 60_000;
const OTHER_FOLDER = 'Set DATA_DIR to a folder on another disk, or DATABASE_URL to a server of your own.';
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Starts the PostgreSQL server that comes with the npm packages, or adopts the one that already runs on the
 * same data. It runs detached, in a session of its own: a Ctrl-C in the terminal must not stop the database
 * before the application has drained. For development, tests and demos; production uses a server of its own.
 */
export async function startEmbeddedServer({
  dataDir,
  log,
  port: wanted,
  settings = {},
  underWay,
}: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const onFiles = <T>(what: string, work: () => Promise<T>): Promise<T> =>
    startStep(
      {
        what,
        limitMs: FILES_LIMIT_MS,
        wayOut: `The file system of ${dataDir} does not answer. ${OTHER_FOLDER}`,
      },
      log,
      work,
    );
  const folder = await onFiles(`the data folder ${dataDir}`, () => openDataFolder(dataDir, log));
  const lock = join(folder.path, 'start.lock');
  const register = new HostRegister(join(folder.path, 'hosts'));
  return underFileLock(lock, log, async () => {
    const binaries = await startStep(copyingTo(folder), log, () =>
      usableBinaries(folder.path, folder.account),
    );
    if (!(await onFiles(folder.cluster, () => exists(folder.cluster)))) {
      throwIfInterrupted();
      await startStep(initialising(folder), log, () => initialise(folder, binaries, log, underWay));
    }
    const { password, running } = await onFiles(`the files in ${folder.path}`, async () => {
      await refuseOtherMajor(folder, binaries);
      return { password: await passwordOf(folder), running: await runningPostmaster(folder.cluster) };
    });
    if (running) log(`using the embedded PostgreSQL ${binaries.major} that already runs on ${folder.path}`);
    throwIfInterrupted();
    const flags = { ...SETTINGS, ...settings };
    const port =
      running?.port ??
      (await startStep(starting(folder), log, () => start(folder, binaries, flags, wanted, log, underWay)));
    const adminUrl = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
    underWay?.();
    await startStep(becomingReady(folder, port), log, () => untilReady(adminUrl, folder));
    await onFiles(`the list of processes in ${folder.path}`, () => register.enter());
    let stopping: Promise<void> | undefined;
    const stop = (): Promise<void> =>
      (stopping ??= underFileLock(lock, log, () =>
        stopUnlessUsed(folder, binaries, register, adminUrl, log),
      ));
    return { adminUrl, dataDir: folder.path, adopted: running !== undefined, stop };
  });
}

/** Copying takes a second or two, where it is needed at all. */
const copyingTo = ({ path }: DataFolder): StartStep => ({
  what: `the programs of the embedded PostgreSQL, which may have to be copied to ${path}`,
  limitMs: 5 * 60_000,
  wayOut: `Look at the disk that ${path} is on. ${OTHER_FOLDER}`,
});

const initialising = ({ path }: DataFolder): StartStep => ({
  what: `new database files in ${path}`,
  limitMs: 5 * 60_000,
  wayOut: `Look at the disk that ${path} is on. ${OTHER_FOLDER}`,
});

const starting = ({ path }: DataFolder): StartStep => ({
  what: `the embedded PostgreSQL on ${path} to start`,
  limitMs: START_ATTEMPTS * START_WITHIN_S * 1_000 + FILES_LIMIT_MS,
  wayOut: `Its log is ${join(path, 'postgres.log')}. ${OTHER_FOLDER}`,
});

const becomingReady = ({ path }: DataFolder, port: number): StartStep => ({
  what: `the embedded PostgreSQL on port ${port} to take connections`,
  limitMs: 2 * READY_WITHIN_MS,
  wayOut: `Its log is ${join(path, 'postgres.log')}. Stop the server that runs on ${path}, or wait until it has recovered, and start again.`,
});

async function initialise(
  folder: DataFolder,
  binaries: Binaries,
  log: (line: string) => void,
  underWay?: () => void,
): Promise<void> {
  log(`creating the database files of the embedded PostgreSQL ${binaries.major} in ${folder.path} ...`);
  // A name of its own: the initdb of a process that was killed goes on, and would write into the same
  // directory.
  const partial = `${folder.cluster}.partial-${randomUUID()}`;
  const passwordCopy = join(folder.path, 'initdb-password');
  for (const name of await readdir(folder.path)) {
    if (name.startsWith('postgres.partial'))
      await rm(join(folder.path, name), { recursive: true, force: true, maxRetries: 5 }).catch(
        () => undefined,
      );
  }
  await mkdir(partial, { mode: 0o700 });
  await writeFile(passwordCopy, await secretIn(passwordFile(folder)), { mode: 0o600 });
  await own(folder, partial);
  await own(folder, passwordCopy);
  try {
    const running = runAs(folder.account, binaries.initdb, [
      `--pgdata=${partial}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordCopy}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      // The directory is unused before it is renamed, and the first checkpoint writes it out.
      '--no-sync',
    ]);
    underWay?.();
    const { code, output } = await running;
    if (code !== 0) throw new Error(`The database files could not be created in ${folder.path}: ${output}`);
    // Last, so that an interrupted start leaves no half-made directory behind.
    await rename(partial, folder.cluster);
  } finally {
    await rm(passwordCopy, { force: true });
  }
}

async function refuseOtherMajor(folder: DataFolder, binaries: Binaries): Promise<void> {
  const major = (await readFile(join(folder.cluster, 'PG_VERSION'), 'utf8')).trim();
  if (major !== binaries.major) {
    throw new Error(
      `The data in ${folder.path} was written by PostgreSQL ${major}, and version ${binaries.major} is installed. ` +
        'Install the packages that wrote it, or set DATA_DIR to a new folder, or delete this one if its data may go.',
    );
  }
}

async function start(
  folder: DataFolder,
  binaries: Binaries,
  settings: Record<string, string>,
  wanted: number | undefined,
  log: (line: string) => void,
  underWay?: () => void,
): Promise<number> {
  log(`starting the embedded PostgreSQL ${binaries.major} in ${folder.path} ...`);
  const logFile = join(folder.path, 'postgres.log');
  // Opened before and not truncated while a server writes to it: this one has just been found not to run.
  const size = await stat(logFile).then(
    (info) => info.size,
    () => 0,
  );
  await writeFile(logFile, '', { mode: 0o600, flag: size > LOG_LIMIT_BYTES ? 'w' : 'a' });
  await own(folder, logFile);
  let output = '';
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt += 1) {
    const port =
      wanted === undefined ? await choosePort(folder, attempt > 1) : await keepPort(folder, wanted);
    const flags = Object.entries({ ...settings, port: String(port) }).map(
      ([name, value]) => `-c ${name}="${value}"`,
    );
    const running = runAs(
      folder.account,
      binaries.pgCtl,
      ['start', '-w', '-t', String(START_WITHIN_S), '-s', '-l', logFile, '-o', flags.join(' ')],
      {
        PGDATA: folder.cluster,
      },
    );
    underWay?.();
    const result = await running;
    if (result.code === 0) return port;
    output = result.output;
  }
  throw new Error(`The embedded PostgreSQL did not start: ${output}. Its log is ${logFile}.`);
}

/** The previous port, so that saved URLs stay valid; another one when it is taken. */
async function choosePort(folder: DataFolder, another: boolean): Promise<number> {
  const file = join(folder.path, 'port');
  const remembered = !another && (await exists(file)) ? Number(await readFile(file, 'utf8')) : 0;
  const port = (await freePort(remembered).catch(() => undefined)) ?? (await freePort(0));
  await writeFile(file, String(port));
  return port;
}

/** A port that was asked for. Throws when another program listens there. */
async function keepPort(folder: DataFolder, wanted: number): Promise<number> {
  await freePort(wanted).catch(() => {
    throw new Error(`Port ${wanted} is taken by another program. Stop that, or name another port.`);
  });
  await writeFile(join(folder.path, 'port'), String(wanted));
  return wanted;
}

function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** Waits while the server starts up, recovers, or shuts down; makes sure that it is the one on this data. */
async function untilReady(adminUrl: string, folder: DataFolder): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const client = new Client({
      connectionString: adminUrl,
      connectionTimeoutMillis: 5_000,
      application_name: 'seamline start',
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ data_directory: string }>('show data_directory');
      if (rows[0].data_directory === folder.cluster) return;
      throw new OtherServer(
        `The port in ${join(folder.cluster, 'postmaster.pid')} belongs to another PostgreSQL server. Stop one of the two and start again.`,
      );
    } catch (error) {
      if (error instanceof OtherServer || !mayComeYet(error) || Date.now() > deadline) throw error;
      await sleep(100);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

class OtherServer extends Error {}

/**
 * A server that starts up or shuts down (57P03), that is not there yet, or that did not answer in the time of
 * one attempt: the driver gives that error no code, and the server's own errors and those of the system have
 * one.
 */
function mayComeYet(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === undefined || ['57P03', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(code);
}

async function stopUnlessUsed(
  folder: DataFolder,
  binaries: Binaries,
  register: HostRegister,
  adminUrl: string,
  log: (line: string) => void,
): Promise<void> {
  const others = await register.leave();
  if (others.length > 0) return log(`the embedded PostgreSQL goes on: process ${others.join(', ')} uses it`);
  if (await hasOtherClients(adminUrl))
    return log('the embedded PostgreSQL goes on: other clients are connected to it');
  const { code, output } = await runAs(
    folder.account,
    binaries.pgCtl,
    ['stop', '-w', '-t', '60', '-s', '-m', 'fast'],
    {
      PGDATA: folder.cluster,
    },
  );
  if (code !== 0 && (await runningPostmaster(folder.cluster)))
    log(`the embedded PostgreSQL did not stop: ${output}`);
}

/**
 * Connections that this process has just closed may take a moment to go. A server that does not answer has no
 * clients.
 */
async function hasOtherClients(adminUrl: string): Promise<boolean> {
  const client = new Client({
    connectionString: adminUrl,
    connectionTimeoutMillis: 5_000,
    application_name: 'seamline stop',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const { rows } = await client.query(
        `select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1`,
      );
      if (rows.length === 0) return false;
      await sleep(50);
    }
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const passwordFile = (folder: DataFolder): string => join(folder.path, 'superuser-password');

async function passwordOf(folder: DataFolder): Promise<string> {
  if (!(await exists(passwordFile(folder)))) {
    throw new Error(
      `The superuser's password is missing: ${passwordFile(folder)}. Put the file back, or delete ${folder.path} if its data may go.`,
    );
  }
  return secretIn(passwordFile(folder));
}

/** Hands a path to the server's account; nothing to do where that is the account of this process. */
async function own(folder: DataFolder, path: string): Promise<void> {
  if (folder.account.uid !== undefined && folder.account.gid !== undefined)
    await chown(path, folder.account.uid, folder.account.gid);
}
