import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedServer } from '../../src/platform/provisioning/embedded-server';
import { fallbackFolderFor } from '../../src/platform/provisioning/embedded/data-folder';
import { runningPostmaster } from '../../src/platform/provisioning/embedded/postmaster-file';
import { isRunning } from '../../src/platform/provisioning/embedded/processes';

/** What the folders of servers for tests are called; the id of the process that runs the tests follows. */
export const TEST_FOLDER_PREFIX = 'seamline-test-';

/** A server for tests: nothing of it outlives the run, so nothing of it needs to reach the disk. */
export async function startTestServer(
  more: Readonly<Record<string, string>> = {},
): Promise<{ adminUrl: string; dataDir: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `${TEST_FOLDER_PREFIX}${process.pid}-`));
  const server = await startEmbeddedServer({
    dataDir: folder,
    log: () => undefined,
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '300', ...more },
  });
  return { adminUrl: server.adminUrl, dataDir: server.dataDir, stop: () => removeServer(folder) };
}

/** Stops and removes what runs that were killed have left behind. */
export async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${TEST_FOLDER_PREFIX}(\\d+)-`).exec(name)?.[1]);
    const folder = join(tmpdir(), name);
    if (pid && !isRunning(pid) && (await isMine(folder))) await removeServer(folder);
  }
}

/**
 * Stops the server of a folder, if it still runs, and removes all its files. There is nothing to keep, so it
 * stops at once.
 */
export async function removeServer(asked: string): Promise<void> {
  for (const folder of [asked, fallbackFolderFor(asked)]) {
    if (!existsSync(folder)) continue;
    const postmaster = await runningPostmaster(join(folder, 'postgres'));
    if (postmaster) {
      process.kill(postmaster.pid, 'SIGQUIT');
      for (let wait = 0; isRunning(postmaster.pid) && wait < 500; wait += 1) await sleep(20);
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const isMine = async (folder: string): Promise<boolean> =>
  (await stat(folder).catch(() => undefined))?.uid === process.getuid?.();
