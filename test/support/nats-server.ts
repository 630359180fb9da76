import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../src/demo/project-folder';
import { isOlder } from '../../src/platform/transport/check-broker';
import { eventually } from './eventually';
import { leftOut } from './left-out';
import { quietPort } from './quiet-port';

const INSTALLED = join(projectFolder(), '.data/nats-server/nats-server');

/**
 * The server's binary: `NATS_SERVER`, what `npm run nats:install` brought, or one on the PATH that is new
 * enough. Undefined where there is none.
 */
export function natsBinary(): string | undefined {
  if (process.env.NATS_SERVER) return process.env.NATS_SERVER;
  if (existsSync(INSTALLED)) return INSTALLED;
  try {
    const said = execFileSync('nats-server', ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return isOlder(/v(\S+)/.exec(said)?.[1] ?? '') ? undefined : 'nats-server';
  } catch {
    return undefined;
  }
}

const MISSING =
  'no NATS server. Bring one with: npm run nats:install (Debian), or name your own with NATS_SERVER=/path/to/nats-server';

/**
 * `describe` where there is a NATS server; elsewhere its tests are left out, and the end of the run says so.
 * The fault suite takes its servers from this file too, outside Jest, where there is no `describe`.
 */
export const describeWithNats: jest.Describe =
  natsBinary() || !globalThis.describe ? globalThis.describe : leftOut(MISSING);

export interface NatsServerOptions {
  /** More of the server's configuration, such as accounts. */
  configuration?: string;
  /** How often it writes to its disk; with each message by default. */
  syncInterval?: string;
  /** Its place in a cluster. */
  cluster?: { name: string; port: number; routes: readonly number[] };
}

/** It takes half a second. */
const TOGETHER_WITHIN_MS = 15_000;
const CLUSTER_STARTS = 3;

/** A NATS server with JetStream of a test's own, on loopback. Stop it, and nothing of it is left. */
export class NatsServer {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly monitorPort: number,
    private readonly folder: string,
  ) {}

  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const server = await NatsServer.prepare(options);
    await server.restart();
    return server;
  }

  /**
   * Three servers that keep three copies of each message. Started at one moment, they sometimes leave one out
   * for good (seen with
   * 2.10.27, once in some hundred starts); then all three are started anew.
   */
  static async startCluster(options: Pick<NatsServerOptions, 'configuration'> = {}): Promise<NatsServer[]> {
    for (let left = CLUSTER_STARTS - 1; ; left -= 1) {
      const routes = [await quietPort(), await quietPort(), await quietPort()];
      const servers = await Promise.all(
        routes.map((port) => NatsServer.prepare({ ...options, cluster: { name: 'test', port, routes } })),
      );
      try {
        await Promise.all(servers.map((server) => server.restart()));
        await eventually(() => NatsServer.expectTogether(servers), TOGETHER_WITHIN_MS);
        return servers;
      } catch (error) {
        await Promise.all(servers.map((server) => server.stop()));
        if (left === 0) throw error;
      }
    }
  }

  private static async expectTogether(servers: readonly NatsServer[]): Promise<void> {
    const healths = await Promise.all(servers.map(({ monitorUrl }) => fetch(`${monitorUrl}/healthz`)));
    if (!healths.every(({ ok }) => ok)) throw new Error('The NATS cluster is not ready.');
    // Each of them is well before the leader knows them all, and until then it keeps no three copies of
    // anything.
    const found = await Promise.all(servers.map((server) => server.followers()));
    if (!found.includes(servers.length - 1))
      throw new Error(`No node of the NATS cluster has found the others: ${found.join(', ')}.`);
  }

  /** How many other nodes follow this one where it leads its cluster. */
  private async followers(): Promise<number> {
    const answer = await fetch(`${this.monitorUrl}/jsz`);
    const { meta_cluster } = (await answer.json()) as {
      meta_cluster?: { replicas?: { current: boolean; offline?: boolean }[] };
    };
    return meta_cluster?.replicas?.filter(({ current, offline }) => current && offline !== true).length ?? 0;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get monitorUrl(): string {
    return `http://127.0.0.1:${this.monitorPort}`;
  }

  /** Starts it again, on the same port and with what it has stored. */
  async restart(): Promise<void> {
    const server = spawn(natsBinary()!, ['-c', join(this.folder, 'nats.conf')], { stdio: 'ignore' });
    this.process = server;
    await eventually(async () => {
      if (server.exitCode !== null) throw new Error(`nats-server ended: ${await this.log()}`);
      if (!(await listens(this.port))) throw new Error(`nats-server is not ready: ${await this.log()}`);
    });
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Freezes it: connections stay open and nothing answers. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.process?.kill('SIGCONT');
  }

  /** Throws away what it has stored. Only while it is killed. */
  async wipe(): Promise<void> {
    await rm(join(this.folder, 'jetstream'), { recursive: true, force: true });
  }

  /** Stops it and removes its files. */
  async stop(): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The end of what it wrote. */
  async log(): Promise<string> {
    return (await readFile(join(this.folder, 'nats.log'), 'utf8').catch(() => '')).slice(-2_000);
  }

  private static async prepare(options: NatsServerOptions): Promise<NatsServer> {
    const folder = await mkdtemp(join(tmpdir(), `seamline-nats-${process.pid}-`));
    const [port, monitorPort] = [await quietPort(), await quietPort()];
    const { cluster } = options;
    await writeFile(
      join(folder, 'nats.conf'),
      `
      server_name: "test-${port}"
      listen: "127.0.0.1:${port}"
      http: "127.0.0.1:${monitorPort}"
      log_file: "${join(folder, 'nats.log')}"
      jetstream { store_dir: "${folder}", sync_interval: ${options.syncInterval ?? 'always'}, max_file_store: 1GB, max_memory_store: 64MB }
      ${
        cluster
          ? `cluster { name: "${cluster.name}", listen: "127.0.0.1:${cluster.port}", routes: [${cluster.routes
              .filter((route) => route !== cluster.port)
              .map((route) => `"nats://127.0.0.1:${route}"`)
              .join(', ')}] }`
          : ''
      }
      ${options.configuration ?? ''}`,
    );
    return new NatsServer(port, monitorPort, folder);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const server = this.process;
    this.process = undefined;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
