import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../src/demo/free-port';
import { projectFolder } from '../../src/demo/project-folder';

const PROGRAM = join(projectFolder(), 'dist', 'src', 'main.js');
const READY_WITHIN_MS = 60_000;
const KEPT_LINES = 60;
/** Settings that would lead away from the data of the test, or change what an order comes to. */
const NOT_INHERITED = /(^|_)DATABASE_(ADMIN_)?URL$|^(DATABASE_ROLE_SECRET|OPS_TOKEN|MODULES|DEFAULT_CREDIT_LIMIT)$/;

/** One process of the built application. It can be killed, stopped, frozen and started again; ports and data stay the same. */
export class HostProcess {
  private child: ChildProcess | undefined;
  private printed: string[] = [];

  private constructor(
    private readonly dataDir: string,
    readonly port: number,
    readonly opsPort: number,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  static async on(dataDir: string, settings: Readonly<Record<string, string>> = {}): Promise<HostProcess> {
    if (!existsSync(PROGRAM)) throw new Error(`There is no ${PROGRAM}. Build the application first: npm run build.`);
    const [port, opsPort] = await freePorts(2);
    return new HostProcess(dataDir, port, opsPort, settings);
  }

  get opsUrl(): string {
    return `http://127.0.0.1:${this.opsPort}`;
  }

  /** The end of what it printed, over all its lives. */
  get lastWords(): string {
    return this.printed.join('\n');
  }

  get runs(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Starts the process without waiting for anything. */
  launch(): void {
    const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
    const child = spawn(process.execPath, ['--enable-source-maps', PROGRAM], {
      cwd: projectFolder(),
      env: {
        ...Object.fromEntries(inherited),
        NODE_ENV: 'production',
        NODE_COMPILE_CACHE: join(projectFolder(), 'dist', '.compiled'),
        LOG_LEVEL: 'warn',
        HOST: '127.0.0.1',
        PORT: String(this.port),
        OPS_HOST: '127.0.0.1',
        OPS_PORT: String(this.opsPort),
        DATA_DIR: this.dataDir,
        TRUST_AGREED_PRICES: 'true',
        ...this.settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream
        .setEncoding('utf8')
        .on('data', (text: string) => (this.printed = [...this.printed, ...text.split('\n').filter(Boolean)].slice(-KEPT_LINES)));
    }
    this.child = child;
  }

  /** Starts the process and resolves when it takes requests, to the milliseconds that took. */
  async start(): Promise<number> {
    const begun = performance.now();
    this.launch();
    while (!(await this.isReady())) {
      if (!this.runs) throw new Error(`The application ended while it started:\n${this.lastWords}`);
      if (performance.now() - begun > READY_WITHIN_MS)
        throw new Error(`The application was not ready after ${READY_WITHIN_MS / 1_000} s:\n${this.lastWords}`);
      await sleep(20);
    }
    return performance.now() - begun;
  }

  /** `kill -9`: it notices nothing. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to stop, and waits until it has drained. */
  async terminate(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Holds it where it stands, as a long pause of its machine would. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.child;
    if (!child || !this.runs) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  private async isReady(): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.ok === true;
  }
}
