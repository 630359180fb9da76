import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { projectFolder } from '../../src/demo/project-folder';
import { quietPort } from './quiet-port';

const execute = promisify(execFile);
const PROGRAM = join(projectFolder(), 'dist', 'src', 'main.js');
const READY_WITHIN_MS = 60_000;
const KEPT_LINES = 60;
/** Settings that would lead away from the data of the test, or change what an order comes to. */
const NOT_INHERITED =
  /(^|_)DATABASE_(ADMIN_)?URL$|^(DATABASE_ROLE_SECRET|OPS_TOKEN|MODULES|DEFAULT_CREDIT_LIMIT|FAILPOINT|PLANTED_BUG)$/;

/** How a process of the application is started. */
export interface HostOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * Files (paths from the project's folder) that are loaded before the application, as with `node --require`.
   */
  readonly preload?: readonly string[];
  /** Opens a channel to the process, which one of the preloaded files answers. */
  readonly withChannel?: boolean;
  /** How long it may take until it takes requests; a minute by default. */
  readonly readyWithinMs?: number;
}

/**
 * One process of the built application. It can be killed, stopped, frozen and started again; ports and data
 * stay the same.
 */
export class HostProcess {
  private child: ChildProcess | undefined;
  private printed: string[] = [];
  private asked = 0;

  private constructor(
    readonly port: number,
    readonly opsPort: number,
    private readonly options: HostOptions,
  ) {}

  /** On the embedded database of a folder. */
  static on(dataDir: string, options: HostOptions = {}): Promise<HostProcess> {
    return HostProcess.in({ ...options, settings: { DATA_DIR: dataDir, ...options.settings } });
  }

  /** On the databases that its settings name. */
  static async in(options: HostOptions): Promise<HostProcess> {
    if (!existsSync(PROGRAM))
      throw new Error(`There is no ${PROGRAM}. Build the application first: npm run build.`);
    return new HostProcess(await quietPort(), await quietPort(), options);
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

  private timeIsUp(): () => boolean | Promise<boolean> {
    const { readyWithinMs = READY_WITHIN_MS } = this.options;
    const end = performance.now() + readyWithinMs;
    return () => performance.now() > end;
  }

  private get ending(): string {
    return this.child?.signalCode ?? `exit code ${this.child?.exitCode}`;
  }

  /** Its own process id, while it runs. */
  get pid(): number | undefined {
    return this.runs ? this.child?.pid : undefined;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /**
   * Starts the process without waiting for anything. The settings given here count for this life of it only.
   */
  launch(forThisLife: Readonly<Record<string, string>> = {}): void {
    const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
    const files = ['src/platform/start/source-maps.js', ...(this.options.preload ?? [])];
    const preload = files.flatMap((file) => ['--require', join(projectFolder(), file)]);
    const child = spawn(process.execPath, [...preload, PROGRAM], {
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
        ...this.options.settings,
        ...forThisLife,
      },
      stdio: ['ignore', 'pipe', 'pipe', ...(this.options.withChannel ? (['ipc'] as const) : [])],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream
        ?.setEncoding('utf8')
        .on(
          'data',
          (text: string) =>
            (this.printed = [...this.printed, ...text.split('\n').filter(Boolean)].slice(-KEPT_LINES)),
        );
    }
    this.child = child;
  }

  /** Starts the process and resolves when it takes requests, to the milliseconds that took. */
  async start(forThisLife: Readonly<Record<string, string>> = {}): Promise<number> {
    const begun = performance.now();
    this.launch(forThisLife);
    await this.untilReady();
    return performance.now() - begun;
  }

  /**
   * Resolves when it takes requests; rejects when it ended instead, or when `isOver` says that it has had its
   * time, by default a minute.
   */
  async untilReady(isOver = this.timeIsUp()): Promise<void> {
    const begun = performance.now();
    while (!(await this.isReady())) {
      if (!this.runs)
        throw new Error(`The application ended before it was ready (${this.ending}):\n${this.lastWords}`);
      if (await isOver())
        throw new Error(
          `The application was not ready after ${Math.round((performance.now() - begun) / 1_000)} s:\n${this.lastWords}`,
        );
      await sleep(20);
    }
  }

  /** Resolves when the process has ended, however; rejects when it still runs after so long. */
  async untilEnded(withinMs: number): Promise<void> {
    const givingUpAt = performance.now() + withinMs;
    while (this.runs) {
      if (performance.now() > givingUpAt)
        throw new Error(`The process on port ${this.port} still ran after ${withinMs} ms.`);
      await sleep(5);
    }
  }

  /** `kill -9`: it notices nothing. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to stop, and waits until it has drained. */
  async terminate(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** What it ended with; undefined while it runs, and when a signal ended it. */
  get exitCode(): number | undefined {
    return this.child?.exitCode ?? undefined;
  }

  /** Sends something over the channel and resolves to the answer, which carries the same number. */
  async ask<Answer extends { number: number }>(message: object): Promise<Answer> {
    const child = this.child;
    if (!child?.connected)
      throw new Error(`There is no channel to the process on port ${this.port}:\n${this.lastWords}`);
    const number = (this.asked += 1);
    const gone = new AbortController();
    const tell = (): void =>
      gone.abort(
        new Error(`The process on port ${this.port} ended instead of answering:\n${this.lastWords}`),
      );
    child.once('disconnect', tell);
    try {
      child.send({ ...message, number });
      for await (const [answer] of on(child, 'message', { signal: gone.signal }) as AsyncIterable<[Answer]>) {
        if (answer.number === number) return answer;
      }
      throw gone.signal.reason;
    } finally {
      child.off('disconnect', tell);
    }
  }

  /** Holds it where it stands, as a long pause of its machine would. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  /** Whether it was stopped by a signal, of its own or of another process. */
  async standsStill(): Promise<boolean> {
    if (this.pid === undefined) return false;
    const { stdout } = await execute('ps', ['-o', 'state=', '-p', String(this.pid)]).catch(() => ({
      stdout: '',
    }));
    return stdout.trim().startsWith('T');
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

  /** Whether it takes requests just now. */
  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => undefined,
    );
    await answer?.body?.cancel();
    return answer?.ok === true;
  }
}
