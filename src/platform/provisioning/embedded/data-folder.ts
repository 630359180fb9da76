import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, realpath, rmdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { runAs, serverAccount, type Account } from './account';

/** Where the embedded server's files are, and who it runs as. */
export interface DataFolder {
  readonly path: string;
  /** The server's own data directory in it, which belongs to the account. */
  readonly cluster: string;
  readonly account: Account;
}

/** The data directory inside a data folder. */
const clusterIn = (path: string): string => join(path, 'postgres');

/**
 * Makes the folder ready. Where the server's account cannot get to it (a checkout under a closed home, run as
 * root) another place is used: always the same one for the same folder.
 */
export async function openDataFolder(wanted: string, log: (line: string) => void): Promise<DataFolder> {
  const asked = resolve(wanted);
  const folder = await openAt(asked, log);
  if (folder) return folder;
  const elsewhere = fallbackFolderFor(asked);
  log(`The server's user cannot reach ${asked}, so the data is kept in ${elsewhere}`);
  const other = await openAt(elsewhere, log);
  if (other) return other;
  throw new Error(
    `The server's user can reach neither ${asked} nor ${elsewhere}. Set DATA_DIR to a folder below one that every user may enter.`,
  );
}

/** The other place for a folder that the server's account cannot reach. */
export function fallbackFolderFor(asked: string): string {
  const base = process.getuid?.() === 0 && existsSync('/var/lib') ? '/var/lib' : homedir();
  const hash = createHash('sha256').update(asked).digest('hex').slice(0, 12);
  return join(base, 'seamline', `${basename(dirname(asked))}-${hash}`);
}

async function openAt(wanted: string, log: (line: string) => void): Promise<DataFolder | undefined> {
  const firstMade = await mkdir(wanted, { recursive: true, mode: 0o755 }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new Error(
        `The data folder ${wanted} cannot be made (${error.code}). Set DATA_DIR to a folder that you may write to.`,
      );
    },
  );
  // One spelling for all: the server is asked later which directory it works on.
  const path = await realpath(wanted);
  await refuseForeign(path);
  const cluster = clusterIn(path);
  const account = await serverAccount(await ownerOf(cluster), log);
  if (await canEnter(account, path)) return { path, cluster, account };
  if (await canEnter(account, dirname(path))) {
    // Only the folder itself is closed, as `mkdtemp` makes them. Passing through gives nothing away: each
    // file in it is closed too.
    await chmod(path, (await stat(path)).mode | 0o011);
    return { path, cluster, account };
  }
  if (firstMade) await rmdir(path).catch(() => undefined);
  return undefined;
}

async function canEnter(account: Account, folder: string): Promise<boolean> {
  return (
    account.uid === undefined || (await runAs(account, '/bin/sh', ['-c', 'cd "$1"', 'sh', folder])).code === 0
  );
}

async function ownerOf(cluster: string): Promise<Account | undefined> {
  const info = await stat(cluster).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  return info && { uid: info.uid, gid: info.gid };
}

/**
 * A folder of another user's holds secrets that this process cannot read; better said now than as "permission
 * denied" later.
 */
async function refuseForeign(path: string): Promise<void> {
  const uid = process.getuid?.();
  const info = await lstat(path);
  if (uid && info.uid !== uid) {
    throw new Error(
      `The data folder ${path} belongs to another user. Run as that user, or set DATA_DIR to a folder of your own.`,
    );
  }
}
