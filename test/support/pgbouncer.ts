import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eventually } from './eventually';
import { quietPort } from './quiet-port';
import { librariesOf, own, type StockServer } from './stock-server';

/** A running pgbouncer in front of a server. */
export interface Pooler {
  /** The URL with the pooler's address in the place of the server's. */
  through(url: string): string;
  stop(): Promise<void>;
}

/** What `pool_mode` takes. */
export type PoolMode = 'session' | 'transaction' | 'statement';

/**
 * Starts pgbouncer as its package configures it, but for its mode and where it listens: it takes every login
 * that the server takes. Idle connections to the server go soon, so that databases can be dropped behind it.
 * Stop it before the server.
 */
export async function startPgbouncer(server: StockServer, mode: PoolMode, more = ''): Promise<Pooler> {
  const { folder, programs, adminUrl } = server;
  if (!programs.pgbouncer) throw new Error('There is no pgbouncer beside this server.');
  const { port: serverPort, username, password } = new URL(adminUrl);
  const port = await quietPort();
  const file = (name: string): string => join(folder.path, `${name}-${port}`);
  const [users, configuration, log] = ['users', 'pgbouncer', 'log'].map(file);
  await writeFile(users, `"${username}" "${password}"\n`, { mode: 0o600 });
  await writeFile(log, '');
  await writeFile(
    configuration,
    `[databases]
* = host=127.0.0.1 port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
auth_user = ${username}
pool_mode = ${mode}
logfile = ${log}
max_client_conn = 300
server_idle_timeout = 1
${more}`,
  );
  for (const path of [users, configuration, log]) await own(folder, path);
  const pooler = spawn(programs.pgbouncer, ['-q', configuration], {
    ...folder.account,
    cwd: '/',
    env: { PATH: process.env.PATH, ...librariesOf(programs) },
    stdio: 'ignore',
  });
  const through = (url: string): string => {
    const result = new URL(url);
    result.port = String(port);
    return result.href;
  };
  const stop = async (): Promise<void> => {
    if (pooler.exitCode !== null || pooler.signalCode !== null) return;
    const ended = once(pooler, 'exit');
    pooler.kill('SIGKILL');
    await ended;
  };
  try {
    await eventually(async () => {
      if (pooler.exitCode !== null || !(await listens(port)))
        throw new Error(`pgbouncer is not ready: ${await readFile(log, 'utf8')}`);
    });
    return { through, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
