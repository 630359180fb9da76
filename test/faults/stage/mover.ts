import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from '../../../src/demo/project-folder';

export type Direction = 'extract' | 'absorb';

/** One run of the tool, to its end or to where it was killed. */
export interface MoveRun {
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** What it said of its progress, with the moment (`performance.now()`) of each line. */
  readonly lines: readonly { readonly text: string; readonly at: number }[];
}

/** The tool that moves a module, as an operator runs it: `npm run extract -- shipping` and `npm run absorb -- shipping`. */
export class Mover {
  private child: ChildProcess | undefined;

  constructor(
    private readonly module: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /** Resolves when it has ended, however. `onLine` is told what it says of its progress. */
  async run(direction: Direction, onLine: (line: string) => void = () => undefined): Promise<MoveRun> {
    const child = spawn(process.execPath, [join(projectFolder(), 'dist', 'src', `${direction}.js`), this.module], {
      cwd: projectFolder(),
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: join(projectFolder(), 'dist', '.compiled'), ...this.settings },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.child = child;
    const lines: { text: string; at: number }[] = [];
    createInterface({ input: child.stderr }).on('line', (text) => {
      lines.push({ text, at: performance.now() });
      onLine(text);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, lines };
  }

  /** `kill -9`, if it runs. */
  kill(): void {
    this.child?.kill('SIGKILL');
  }

  close(): void {
    this.kill();
  }
}
