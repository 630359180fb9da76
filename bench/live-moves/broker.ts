import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../src/demo/free-port';
import { projectFolder } from '../../src/demo/project-folder';
import { UsageError } from '../arguments';

const INSTALLED = join(projectFolder(), '.data', 'nats-server', 'nats-server');
const READY_WITHIN_MS = 30_000;
const MISSING =
  'There is no NATS server, and a module that leaves needs one; nothing was measured. ' +
  'Get one with: npm run nats:install. Or name one of your own: NATS_SERVER=/path/to/nats-server.';

/**
 * A NATS server with JetStream on an empty folder of its own, which writes each message to the disk before it
 * acknowledges it.
 */
export class Broker {
  /** Of the server, such as 2.10.27; known once it has started. */
  version = '';
  url = '';
  private readonly folder = mkdtempSync(join(tmpdir(), 'seamline-bench-nats-'));
  private server: ChildProcess | undefined;
  private closed = false;

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const [port] = await freePorts(1);
    this.url = `nats://127.0.0.1:${port}`;
    const configuration = join(this.folder, 'nats.conf');
    await writeFile(
      configuration,
      `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${this.folder}", sync_interval: always, max_file_store: 4GB, max_memory_store: 64MB }\n`,
    );
    if (this.closed) return;
    // In a process group of its own: Ctrl-C reaches only the benchmark, which stops things in the right
    // order.
    const server = spawn(binary(), ['-c', configuration], { stdio: 'ignore', detached: true });
    this.server = server;
    let failure: Error | undefined;
    server.once(
      'error',
      (error: NodeJS.ErrnoException) => (failure = error.code === 'ENOENT' ? new UsageError(MISSING) : error),
    );
    for (const givingUpAt = Date.now() + READY_WITHIN_MS; ; await sleep(20)) {
      const version = await versionAt(port);
      if (version !== undefined) return void (this.version = version);
      if (failure) throw failure;
      if (server.exitCode !== null || Date.now() > givingUpAt)
        throw new Error(
          `The NATS server on port ${port} ${server.exitCode === null ? 'is not ready' : `ended with ${server.exitCode}`}.`,
        );
    }
  }

  /** Stops it and removes everything it wrote. May be called at any time and more than once. */
  async close(): Promise<void> {
    this.closed = true;
    const server = this.server;
    if (server?.pid !== undefined && server.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const binary = (): string => process.env.NATS_SERVER ?? (existsSync(INSTALLED) ? INSTALLED : 'nats-server');

/** What a NATS server greets with: `INFO {"version":...}`. Undefined where no server listens. */
function versionAt(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', (greeting) => {
      socket.destroy();
      resolve(/"version":"([^"]+)"/.exec(greeting.toString())?.[1] ?? 'unknown');
    });
    socket.once('error', () => resolve(undefined));
  });
}
