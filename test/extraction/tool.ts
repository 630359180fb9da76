import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { DatabaseTarget } from '../../src/platform/placement/database-target';
import { MODULE, SECRET } from './places';

const ROOT = join(__dirname, '../..');

export interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  printed: string;
  noted: string;
}

/** Two places as the tool's settings name them. The first is home. */
export interface Settings {
  home: DatabaseTarget;
  away: DatabaseTarget;
}

/**
 * Runs `npm run extract` or `npm run absorb` as a process of its own. `killAtLine` ends it by `kill -9` when
 * it has said so much.
 */
export function runTool(
  direction: 'extract' | 'absorb',
  { home, away }: Settings,
  argv: readonly string[],
  { failpoint, killAtLine = Number.POSITIVE_INFINITY }: { failpoint?: string; killAtLine?: number } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, ['src/platform/start/run.js', `src/${direction}`, MODULE, ...argv], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      JEST_WORKER_ID: process.env.JEST_WORKER_ID,
      DATABASE_URL: home.adminUrl,
      DATABASE_ADMIN_URL: home.adminUrl,
      DATABASE_ROLE_SECRET: SECRET,
      SHIPPING_DATABASE_URL: away.adminUrl,
      SHIPPING_DATABASE_ADMIN_URL: away.adminUrl,
      ...(failpoint ? { FAILPOINT: failpoint } : {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [printed, noted] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (printed += data.toString()));
  child.stderr.on('data', (data: Buffer) => {
    noted += data.toString();
    if (noted.split('\n').length > killAtLine) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, printed, noted }));
  });
}
