import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLineOf, isRunning } from './processes';

/** What `postmaster.pid` says about the server that runs, or ran, on a data directory. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/**
 * The server that runs on the directory, if one does. A file left behind by a crash is removed when its process id
 * belongs to something else by now: the server itself would refuse to start then.
 */
export async function runningPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const path = join(cluster, 'postmaster.pid');
  const lines = (await readIfThere(path))?.split('\n');
  if (!lines) return undefined;
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (isRunning(pid)) {
    if (/postgres/.test(commandLineOf(pid) ?? 'postgres')) return { pid, port };
    await rm(path, { force: true });
  }
  return undefined;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
