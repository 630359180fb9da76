import { readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf, isRunning, knowsWorkingDirectories, processesIn, worksIn } from './processes';

/** What `postmaster.pid` says about the server that runs, or ran, on a data directory. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** A server that starts writes the file at one go. */
const WRITTEN_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 50;

/**
 * The server that runs on the directory, if one does. A file that a crash has left behind is removed: the
 * server itself would refuse to start with one that is empty, or whose process id belongs to something else
 * by now.
 */
export async function runningPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const path = join(cluster, 'postmaster.pid');
  const directory = await realpath(cluster).catch(() => cluster);
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const text = await readIfThere(path);
    if (text === undefined) return undefined;
    const postmaster = postmasterOf(text);
    if (postmaster && isServerOf(postmaster.pid, directory)) return postmaster;
    // One that is not whole may just be being written.
    if (postmaster ?? (nothingStartsIn(directory) || waitedMs >= WRITTEN_WITHIN_MS)) break;
    await sleep(LOOK_EVERY_MS);
  }
  if (processesIn(directory).length > 0) return undefined;
  await rm(path, { force: true });
  return undefined;
}

/** Undefined where the file is not whole. https://www.postgresql.org/docs/current/storage-file-layout.html */
function postmasterOf(text: string): Postmaster | undefined {
  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port } : undefined;
}

/**
 * A server works in its data directory, and so does no other one: its name alone would do for any server on
 * the machine.
 */
function isServerOf(pid: number, directory: string): boolean {
  if (!isRunning(pid)) return false;
  return knowsWorkingDirectories()
    ? worksIn(pid, directory)
    : /postgres/.test(commandLineOf(pid) ?? 'postgres');
}

const nothingStartsIn = (directory: string): boolean =>
  knowsWorkingDirectories() && processesIn(directory).length === 0;

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
