import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from '../../src/demo/project-folder';
import type { Direction } from '../../src/platform/extraction/move.cli';

/** One run of the tool, to its end or to where it was killed. Moments are those of `performance.now()`. */
export interface MoveRun {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly begunAt: number;
  readonly endedAt: number;
  /** What it said of its progress, with the moment of each line. */
  readonly lines: readonly { readonly text: string; readonly at: number }[];
}

export interface MoveRunOptions {
  /** Of the tool's command line, after the module. */
  readonly options?: readonly string[];
  /** Of this run, besides the tool's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told what the tool says of its progress. */
  readonly onLine?: (line: string) => void;
}

/**
 * The tool that moves a module, as an operator runs it: `npm run extract -- shipping` and `npm run absorb --
 * shipping`.
 */
export class Mover {
  private child: ChildProcess | undefined;
  private closed = false;

  constructor(
    private readonly module: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /**
   * Resolves when it has ended, however; throws after `close`. A Ctrl-C at the terminal does not reach it.
   */
  async run(
    direction: Direction,
    { options = [], settings = {}, onLine = () => undefined }: MoveRunOptions = {},
  ): Promise<MoveRun> {
    if (this.closed) throw new Error('Nothing is moved any more.');
    const begunAt = performance.now();
    const child = spawn(
      process.execPath,
      [join(projectFolder(), 'dist', 'src', `${direction}.js`), this.module, ...options],
      {
        cwd: projectFolder(),
        env: {
          PATH: process.env.PATH,
          NODE_ENV: 'production',
          NODE_COMPILE_CACHE: join(projectFolder(), 'dist', '.compiled'),
          ...this.settings,
          ...settings,
        },
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
      },
    );
    this.child = child;
    const lines: { text: string; at: number }[] = [];
    createInterface({ input: child.stderr }).on('line', (text) => {
      lines.push({ text, at: performance.now() });
      onLine(text);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, begunAt, endedAt: performance.now(), lines };
  }

  /** `kill -9`, if it runs. */
  kill(): void {
    this.child?.kill('SIGKILL');
  }

  /** Ends a run that is under way, and begins no more. */
  close(): void {
    this.closed = true;
    this.kill();
  }
}

/** What a run said and how it ended, for an error message. */
export const described = ({ code, lines }: MoveRun): string =>
  [`exit code ${code}:`, ...lines.map(({ text }) => text)].join('\n');
