import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { FILES_LIMIT_MS, startStep, tidied } from '../../kernel/start-step';
import { isRunning } from './processes';

/**
 * Nothing done under the lock takes longer; older ones belong to a process that is gone and whose id was
 * given away again.
 */
const STALE_AFTER_MS = 5 * 60_000;

/**
 * Runs `work` while no other process does anything under the same lock file. A lock left behind by a killed
 * process is taken over.
 */
export async function underFileLock<T>(
  path: string,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const mine = `${path}.${process.pid}.${randomUUID()}`;
  const waiting = {
    what: `${path}, which another process holds while it starts or stops the same server`,
    limitMs: STALE_AFTER_MS + FILES_LIMIT_MS,
    wayOut: 'The file names that process. End it, or remove the file if there is none, and start again.',
  };
  let givenUp = false;
  try {
    await startStep(waiting, log, async () => {
      await writeFile(mine, String(process.pid));
      // A link appears with its content or not at all, so no process can read a lock that names no owner yet.
      while (!givenUp && !(await appears(mine, path))) {
        await removeIfStale(path);
        await sleep(50);
      }
    });
    return await work().finally(() => tidied(rm(path, { force: true })));
  } finally {
    givenUp = true;
    await tidied(rm(mine, { force: true }));
  }
}

async function appears(source: string, target: string): Promise<boolean> {
  try {
    await link(source, target);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeIfStale(path: string): Promise<void> {
  const content = await readFile(path, 'utf8').catch(() => undefined);
  const info = await stat(path).catch(() => undefined);
  if (content === undefined || info === undefined) return;
  if (isRunning(Number(content)) && Date.now() - info.mtimeMs < STALE_AFTER_MS) return;
  const aside = `${path}.stale.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  // Another process may have taken the lock over in the meantime: then that one was moved aside, and is put
  // back.
  if ((await readFile(aside, 'utf8').catch(() => content)) !== content) await appears(aside, path);
  await rm(aside, { force: true });
}
