import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fallbackFolderFor } from '../platform/provisioning/embedded/data-folder';
import { DemoError } from './demo-error';
import { freePorts } from './free-port';
import { stopOrphanedServers } from './orphaned-servers';
import type { PlayedApplication } from './played-application';
import { projectFolder } from './project-folder';

const DATA = 'data';
const START_DEADLINE_MS = 120_000;
const STOP_DEADLINE_MS = 30_000;
const KEPT_OUTPUT_LINES = 40;
/** Settings that would lead away from the empty database of the demo, or change what an order comes to. */
const NOT_INHERITED =
  /(^|_)DATABASE_(ADMIN_)?URL$|^(DATABASE_ROLE_SECRET|OPS_TOKEN|MODULES|DEFAULT_CREDIT_LIMIT)$/;

export interface ApplicationOptions {
  /** Settings beyond those of the demo, or instead of them. */
  settings?: Readonly<Record<string, string>>;
  /** Arguments for Node itself, such as `--cpu-prof`. */
  nodeArguments?: readonly string[];
}

/**
 * The built application in a process of its own; on an empty database of its own in a folder of its own, if
 * no setting says otherwise.
 */
export class Application implements PlayedApplication {
  readonly arrival = 'Starting the application on an empty database of its own';
  #folder: string | undefined;
  #process: ChildProcess | undefined;
  #output: string[] = [];
  #stopping = false;
  #died!: (error: Error) => void;

  /** Rejects when the application ends without having been stopped. */
  readonly death = new Promise<never>((_, reject) => (this.#died = reject));
  url = '';
  opsUrl = '';

  constructor(private readonly options: ApplicationOptions = {}) {
    // The port may not be open yet.
    this.death.catch(() => undefined);
  }

  get opsUrls(): string[] {
    return [this.opsUrl];
  }

  /** Resolves when the application takes requests. */
  async start(): Promise<void> {
    const program = join(projectFolder(), 'dist', 'src', 'main.js');
    if (!existsSync(program))
      throw new DemoError(`There is no ${program}. Build the application first: npm run build.`);
    const [port, opsPort] = await freePorts(2);
    if (this.#stopping) return;
    this.url = `http://127.0.0.1:${port}`;
    this.opsUrl = `http://127.0.0.1:${opsPort}`;
    this.#folder = mkdtempSync(join(realpathSync(tmpdir()), 'seamline-demo-'));
    // Under root the database server runs as another user, who has to get through to its own folder.
    chmodSync(this.#folder, 0o711);
    this.#run(program, {
      NODE_ENV: 'production',
      NODE_COMPILE_CACHE: join(projectFolder(), 'dist', '.compiled'),
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
      HOST: '127.0.0.1',
      PORT: String(port),
      OPS_HOST: '127.0.0.1',
      OPS_PORT: String(opsPort),
      DATA_DIR: join(this.#folder, DATA),
      TRUST_AGREED_PRICES: 'true',
      ...this.options.settings,
    });
    await Promise.race([this.#ready(), this.death]);
  }

  /** Ends the application and removes everything it left; may be called at any time and more than once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#process;
    if (child && isRunning(child)) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await Promise.race([exited, sleep(STOP_DEADLINE_MS, undefined, { ref: false })]);
      if (isRunning(child)) {
        child.kill('SIGKILL');
        await exited;
      }
    }
    if (!this.#folder) return;
    // The application keeps its data in the other place where the database's user cannot get to the folder.
    for (const folder of [this.#folder, fallbackFolderFor(join(this.#folder, DATA))]) {
      await stopOrphanedServers(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    }
  }

  #run(program: string, settings: Record<string, string>): void {
    const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
    const sourceMaps = ['--require', join(projectFolder(), 'src/platform/start/source-maps.js')];
    const child = spawn(process.execPath, [...sourceMaps, ...(this.options.nodeArguments ?? []), program], {
      cwd: projectFolder(),
      env: { ...Object.fromEntries(inherited), ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
      // In a process group of its own, so that Ctrl-C reaches only the demo, which then stops things in the
      // right order.
      detached: true,
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.#keep(text));
    child.once('error', (error) => this.#died(error));
    child.once('exit', (code, signal) => {
      if (!this.#stopping)
        this.#died(new Error(`The application ended by itself (${signal ?? `exit code ${code}`}).`));
    });
  }

  /** The id of the running process. */
  get pid(): number {
    if (this.#process?.pid === undefined) throw new Error('The application has not been started.');
    return this.#process.pid;
  }

  /** The end of what the application printed. */
  get lastWords(): string {
    return this.#output.join('\n').trim();
  }

  #keep(text: string): void {
    this.#output = [...this.#output, ...text.split('\n').filter(Boolean)].slice(-KEPT_OUTPUT_LINES);
  }

  async #ready(): Promise<void> {
    const givingUpAt = Date.now() + START_DEADLINE_MS;
    while (!this.#stopping) {
      const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(
        () => undefined,
      );
      await answer?.body?.cancel();
      if (answer?.ok) return;
      if (Date.now() > givingUpAt) {
        throw new Error(`The application was not ready after ${START_DEADLINE_MS / 1_000} s.`);
      }
      await sleep(50);
    }
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
