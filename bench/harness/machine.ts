import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { projectFolder } from '../../src/demo/project-folder';
import { SERVER_SETTINGS } from './open-server';

/** What the figures depend on besides the code. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly postgres: string;
  /** The server's settings that are not its defaults and matter here. */
  readonly postgresSettings: Readonly<Record<string, string>>;
  /** How long a commit of one small row takes, alone: mostly the disk's flush. Milliseconds. */
  readonly commitMs: number;
  /** Versions of the contestants' packages. */
  readonly packages: Readonly<Record<string, string>>;
}

const COMMITS = 200;

export async function describeMachine(adminUrl: string): Promise<Machine> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string }>(
      `select split_part(version(), ' on ', 1) as version`,
    );
    return {
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      system: `${type()} ${release()}`,
      node: process.versions.node,
      postgres: rows[0].version,
      postgresSettings: SERVER_SETTINGS,
      commitMs: await commitMs(client),
      packages: packageVersions(),
    };
  } finally {
    await client.end();
  }
}

async function commitMs(client: Client): Promise<number> {
  await client.query('create table commit_time (x int)');
  const begin = performance.now();
  for (let commit = 0; commit < COMMITS; commit += 1)
    await client.query('insert into commit_time values (1)');
  const taken = performance.now() - begin;
  await client.query('drop table commit_time');
  return taken / COMMITS;
}

interface Lock {
  packages: Record<string, { version?: string; dependencies?: Record<string, string> }>;
}

/** As the lock file of bench/ has them. */
function packageVersions(): Record<string, string> {
  const { packages } = JSON.parse(
    readFileSync(join(projectFolder(), 'bench', 'package-lock.json'), 'utf8'),
  ) as Lock;
  const names = Object.keys(packages[''].dependencies ?? {}).filter((name) => !name.startsWith('vega'));
  return Object.fromEntries(names.map((name) => [name, packages[`node_modules/${name}`].version ?? '']));
}

/** The project's commit, with `+` behind it when files have been changed since. */
export function currentCommit(): string | undefined {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: projectFolder(), encoding: 'utf8' });
  const { status, stdout } = git('rev-parse', '--short=12', 'HEAD');
  if (status !== 0) return undefined;
  return stdout.trim() + (git('status', '--porcelain', '--untracked-files=no').stdout ? '+' : '');
}
