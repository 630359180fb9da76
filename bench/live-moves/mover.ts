import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from '../../src/demo/project-folder';
import type { CopyMethod } from '../../src/platform/extraction/copy/copy-method';
import type { Direction } from '../../src/platform/extraction/move.cli';
import type { Move } from './move';

/** The tool that moves shipping, as an operator runs it: `npm run extract -- shipping` and `npm run absorb -- shipping`. */
export class Mover {
  private child: ChildProcess | undefined;
  private closed = false;

  constructor(private readonly settings: Readonly<Record<string, string>>) {}

  /** Resolves when the module has moved; throws what the tool said when it has not. `tell` hears its steps. */
  async move(direction: Direction, copy: CopyMethod, tell: (line: string) => void): Promise<Move> {
    if (this.closed) throw new Error('Nothing is moved any more.');
    const begunAt = performance.now();
    const child = spawn(process.execPath, [join(projectFolder(), 'dist', 'src', `${direction}.js`), 'shipping', '--copy', copy], {
      cwd: projectFolder(),
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        NODE_COMPILE_CACHE: join(projectFolder(), 'dist', '.compiled'),
        ...this.settings,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    this.child = child;
    const lines: { text: string; at: number }[] = [];
    createInterface({ input: child.stderr }).on('line', (text) => {
      lines.push({ text, at: performance.now() });
      tell(text);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`npm run ${direction} -- shipping ended with ${code}:\n${lines.map(({ text }) => text).join('\n')}`);
    return { direction, copy, begunAt, endedAt: performance.now(), lines };
  }

  /** Ends a move that is under way, and begins no more. */
  close(): void {
    this.closed = true;
    this.child?.kill('SIGKILL');
  }
}
