import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../config/env-reader';
import { type Command, WrongUse } from '../command';
import { runCommandLine } from '../command-line';
import { openDataFolder } from '../../provisioning/embedded/data-folder';
import { runningPostmaster } from '../../provisioning/embedded/postmaster-file';
import { startEmbeddedServer } from '../../provisioning/embedded-server';

interface DatabaseProgram {
  env: Environment;
  /** Writes what was asked for, a line at a time. */
  print: (line: string) => void;
  /** Writes what goes on meanwhile; not part of the answer. */
  note: (line: string) => void;
}

type DatabaseCommand = Command<DatabaseProgram>;

const HIGHEST_PORT = 65_535;
/** Processes that use the server may be stopping themselves. */
const STOP_ATTEMPTS = 10;
const STOP_PAUSE_MS = 1_000;

const start: DatabaseCommand = {
  name: 'start',
  summary:
    "starts a PostgreSQL server on a folder, goes on without it, and prints an administrator's login to it",
  parameters: [{ name: 'folder' }],
  options: {
    port: { value: 'PORT', summary: 'where it listens; by default where it did the last time, or anywhere' },
  },
  run: async ({ parameters: [dataDir], value }, { print, note }) => {
    const port = value('port');
    if (port !== undefined && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= HIGHEST_PORT))
      throw new WrongUse(`--port ${port}: give a number from 1 to ${HIGHEST_PORT}.`);
    const { adminUrl } = await startEmbeddedServer({
      dataDir,
      log: note,
      ...(port !== undefined && { port: Number(port) }),
    });
    note(`Stop it with: npm run database -- stop ${dataDir}`);
    print(adminUrl);
    return true;
  },
};

const stop: DatabaseCommand = {
  name: 'stop',
  summary: 'stops it, unless a client goes on using it',
  parameters: [{ name: 'folder' }],
  run: async ({ parameters: [dataDir] }, { note }) => {
    const { cluster } = await openDataFolder(dataDir, note);
    if (!(await runningPostmaster(cluster))) {
      note(`No server runs on ${dataDir}.`);
      return true;
    }
    for (let attempt = 1; await runningPostmaster(cluster); attempt += 1) {
      if (attempt > STOP_ATTEMPTS) return false;
      if (attempt > 1) await sleep(STOP_PAUSE_MS);
      const adopted = await startEmbeddedServer({
        dataDir,
        log: attempt === 1 || attempt === STOP_ATTEMPTS ? note : () => undefined,
      });
      await adopted.stop();
    }
    note(`The server on ${dataDir} has stopped.`);
    return true;
  },
};

/** `npm run database -- <command>`. Resolves to the exit code. */
export function databaseCommand({
  argv,
  env,
  print = console.log,
  note = console.error,
}: { argv: readonly string[] } & Pick<DatabaseProgram, 'env'> & Partial<DatabaseProgram>): Promise<number> {
  return runCommandLine(
    {
      script: 'database',
      summary:
        'PostgreSQL servers of your own on this machine, for development: the one that comes with the packages, on a folder each.',
      notes: [
        'The login on stdout is all that is printed there: ADMIN=$(npm run --silent database -- start .data/shipping --port 5433)',
      ],
      commands: [start, stop],
    },
    argv,
    { env, print, note },
  );
}
