import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runningPostmaster } from '../platform/provisioning/embedded/postmaster-file';
import { isRunning } from '../platform/provisioning/embedded/processes';

const DEADLINE_MS = 10_000;

/**
 * Stops the PostgreSQL servers whose data stands below `folder`: a killed application leaves its server
 * running.
 */
export async function stopOrphanedServers(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  await Promise.all(
    files
      .filter((file) => file.endsWith('postmaster.pid'))
      .map((file) => stopServer(dirname(join(folder, file)))),
  );
}

async function stopServer(cluster: string): Promise<void> {
  const server = await runningPostmaster(cluster);
  if (!server) return;
  // An immediate shutdown: the data is not needed any more.
  process.kill(server.pid, 'SIGQUIT');
  const givingUpAt = Date.now() + DEADLINE_MS;
  while (isRunning(server.pid) && Date.now() < givingUpAt) await sleep(50);
}
