import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';
import { fallbackFolderFor } from '../../src/platform/provisioning/embedded/data-folder';
import { runningPostmaster } from '../../src/platform/provisioning/embedded/postmaster-file';
import { startEmbeddedServer } from '../../src/platform/provisioning/embedded-server';
import { withDatabase } from '../../src/platform/database/roles';
import { stopOrphanedServers } from '../../src/demo/orphaned-servers';
import type { BenchDatabase, BenchServer } from './server';

/**
 * Beyond the product's own. Commits wait for the disk, as everywhere; checkpoints come between turns and not
 * during one.
 */
export const SERVER_SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '512MB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  max_connections: '300',
};

const LEAVING_ATTEMPTS = 100;

export interface OpenServer extends BenchServer {
  /** Stops the server and removes everything it wrote. May be called more than once. */
  close(): Promise<void>;
}

/** Starts the product's embedded server on an empty folder of its own. */
export async function openServer(log: (line: string) => void): Promise<OpenServer> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'seamline-bench-'));
  // Under root the server runs as another user, who has to get through to its own folder.
  chmodSync(folder, 0o711);
  const close = async (): Promise<void> => {
    for (const place of [folder, fallbackFolderFor(join(folder, 'data'))]) {
      await stopOrphanedServers(place);
      await rm(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    }
  };
  try {
    const { adminUrl, dataDir } = await startEmbeddedServer({
      dataDir: join(folder, 'data'),
      log,
      settings: SERVER_SETTINGS,
    });
    const postmaster = await runningPostmaster(join(dataDir, 'postgres'));
    if (!postmaster)
      throw new Error(`The server in ${dataDir} is gone right after its start; its log is beside the data.`);
    return { ...(await administered(adminUrl)), pid: postmaster.pid, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function administered(adminUrl: string): Promise<Omit<BenchServer, 'pid'>> {
  const client = new Client({ connectionString: adminUrl, application_name: 'seamline bench' });
  // When the server is stopped, so is this.
  client.on('error', () => undefined);
  await client.connect();
  const walPosition = async (): Promise<number> => {
    const { rows } = await client.query<{ bytes: string }>(
      `select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes`,
    );
    return Number(rows[0].bytes);
  };
  return {
    adminUrl,
    createDatabase: async (name, template): Promise<BenchDatabase> => {
      const copied =
        template === undefined
          ? 'template template0'
          : `template ${escapeIdentifier(template)} strategy file_copy`;
      await client.query(`create database ${escapeIdentifier(name)} ${copied}`);
      return {
        name,
        url: withDatabase(adminUrl, name),
        drop: async () => {
          await untilLeft(client, name);
          await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
        },
      };
    },
    walOf: async (work) => {
      const before = await walPosition();
      const result = await work();
      return { result, walBytes: (await walPosition()) - before };
    },
    settle: async () => void (await client.query('checkpoint')),
  };
}

/**
 * Connections that were just closed take a moment to go, and one that is cut off instead may end the process
 * that had it.
 */
async function untilLeft(client: Client, database: string): Promise<void> {
  for (let attempt = 0; attempt < LEAVING_ATTEMPTS; attempt += 1) {
    const { rowCount } = await client.query(
      'select from pg_stat_activity where datname = $1 and backend_type = $2',
      [database, 'client backend'],
    );
    if (rowCount === 0) return;
    await sleep(50);
  }
}
