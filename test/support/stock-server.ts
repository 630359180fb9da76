import { existsSync } from 'node:fs';
import { chown, cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { openDataFolder, type DataFolder } from '../../src/platform/provisioning/embedded/data-folder';
import { runAs } from '../../src/platform/provisioning/embedded/account';
import { projectFolder } from '../../src/demo/project-folder';
import { leftOut } from './left-out';
import { quietPort } from './quiet-port';
import { removeServer, TEST_FOLDER_PREFIX } from './test-server';

const INSTALLED = join(projectFolder(), '.data/postgresql-15/usr');
const SUPERUSER = 'postgres';
const PASSWORD = 'for-tests-only';

/** Programs of a PostgreSQL release that were not made for this project, such as Debian's. */
export interface StockPrograms {
  /** The folder that holds all of them. */
  readonly root: string;
  /** Where `postgres`, `initdb` and `pg_ctl` are. */
  readonly bin: string;
  readonly pgbouncer: string | undefined;
}

/**
 * A server as its package leaves it: `initdb` without a setting, and on the command line nothing but where it
 * listens.
 */
export interface StockServer {
  readonly adminUrl: string;
  readonly folder: DataFolder;
  readonly programs: StockPrograms;
  stop(): Promise<void>;
}

const isInstalled = (): boolean => existsSync(join(INSTALLED, '../complete'));

/**
 * `describe` where `npm run postgres:install` was run; elsewhere its tests are left out, and the end of the
 * run says so.
 */
export const describeWithDebian: jest.Describe =
  isInstalled() || !globalThis.describe
    ? globalThis.describe
    : leftOut("no PostgreSQL 15 and PgBouncer of Debian's. Bring them with: npm run postgres:install");

/** What `npm run postgres:install` brought. Throws with that command where it was not run. */
export function debianPrograms(): StockPrograms {
  if (!isInstalled())
    throw new Error(
      "Debian's PostgreSQL 15 and pgbouncer are not in .data/postgresql-15. Bring them with: npm run postgres:install",
    );
  return {
    root: INSTALLED,
    bin: join(INSTALLED, 'lib/postgresql/15/bin'),
    pgbouncer: join(INSTALLED, 'sbin/pgbouncer'),
  };
}

/** Programs of another release, by the folder that holds `postgres`. */
export const programsIn = (bin: string): StockPrograms => ({
  root: dirname(resolve(bin)),
  bin: resolve(bin),
  pgbouncer: undefined,
});

/** Starts a new cluster; nothing of it is left when it is stopped. */
export async function startStockServer(found: StockPrograms): Promise<StockServer> {
  const asked = await mkdtemp(join(tmpdir(), `${TEST_FOLDER_PREFIX}${process.pid}-`));
  const folder = await openDataFolder(asked, () => undefined);
  const programs = await usableBy(folder, found);
  try {
    const passwordFile = join(folder.path, 'password');
    await mkdir(folder.cluster, { mode: 0o700 });
    await writeFile(passwordFile, PASSWORD, { mode: 0o600 });
    await writeFile(join(folder.path, 'postgres.log'), '');
    for (const path of [folder.cluster, passwordFile, join(folder.path, 'postgres.log')])
      await own(folder, path);
    await run(folder, programs, 'initdb', [
      '-D',
      folder.cluster,
      '-U',
      SUPERUSER,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ]);
    const port = await quietPort();
    const where = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=''`;
    await run(folder, programs, 'pg_ctl', [
      'start',
      '-w',
      '-s',
      '-D',
      folder.cluster,
      '-l',
      join(folder.path, 'postgres.log'),
      '-o',
      where,
    ]);
    return {
      adminUrl: `postgres://${SUPERUSER}:${PASSWORD}@127.0.0.1:${port}/postgres`,
      folder,
      programs,
      stop: () => removeServer(asked),
    };
  } catch (error) {
    await removeServer(asked);
    throw error;
  }
}

/** Libraries that came with the programs; elsewhere than in place, as none of the machine's. */
export const librariesOf = ({ root }: StockPrograms): Record<string, string> => ({
  LD_LIBRARY_PATH: join(root, 'lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`),
});

/** Hands a path to the server's account; nothing to do where that is the account of this process. */
export async function own({ account }: DataFolder, path: string): Promise<void> {
  if (account.uid !== undefined && account.gid !== undefined) await chown(path, account.uid, account.gid);
}

/**
 * The programs where the account of the server can run them: a checkout may be in a folder that is closed to
 * it.
 */
async function usableBy(folder: DataFolder, programs: StockPrograms): Promise<StockPrograms> {
  const works = await runAs(
    folder.account,
    join(programs.bin, 'postgres'),
    ['--version'],
    librariesOf(programs),
  ).catch(() => undefined);
  if (works?.code === 0) return programs;
  const root = join(folder.path, 'usr');
  await cp(programs.root, root, { recursive: true, verbatimSymlinks: true });
  const moved = (path: string): string => path.replace(programs.root, root);
  return { root, bin: moved(programs.bin), pgbouncer: programs.pgbouncer && moved(programs.pgbouncer) };
}

async function run(
  folder: DataFolder,
  programs: StockPrograms,
  program: string,
  args: string[],
): Promise<void> {
  const { code, output } = await runAs(
    folder.account,
    join(programs.bin, program),
    args,
    librariesOf(programs),
  );
  if (code !== 0) throw new Error(`${program} failed: ${output}`);
}
