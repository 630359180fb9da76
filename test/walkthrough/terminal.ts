import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';

/** One shell, as a reader has it open: what is exported, defined and started in it stays until the end. */
export class Terminal {
  private readonly shell: ChildProcessWithoutNullStreams;
  private printed = '';

  constructor(folder: string, environment: NodeJS.ProcessEnv) {
    // A session of its own, so that everything it has started can be found again.
    this.shell = spawn('bash', ['--noprofile', '--norc'], { cwd: folder, env: environment, detached: true });
    for (const stream of [this.shell.stdout, this.shell.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (this.printed += text));
    // As at a terminal, each job is a process group.
    this.shell.stdin.write('exec 2>&1; set -m\n');
  }

  /**
   * Runs commands and resolves to what they printed. Rejects when the last of them fails, and when they take
   * too long.
   */
  async run(commands: string, withinMs: number): Promise<string> {
    const marker = randomUUID();
    const end = new RegExp(`\\n?${marker} (\\d+)\\n`);
    const from = this.printed.length;
    // What it reads must not be what comes next.
    this.shell.stdin.write(`{\n${commands}\n} </dev/null\nprintf '\\n%s %s\\n' ${marker} $?\n`);
    const tooLate = AbortSignal.timeout(withinMs);
    for (;;) {
      const since = this.printed.slice(from);
      const found = end.exec(since);
      if (found?.[1] === '0') return since.slice(0, found.index);
      if (found) throw new Error(`It ended with exit code ${found[1]}:\n${commands}\n${since}`);
      await once(this.shell.stdout, 'data', { signal: tooLate }).catch(() => {
        throw new Error(`It was not done after ${withinMs / 1_000} s:\n${commands}\n${since}`);
      });
    }
  }

  /** Ends the shell and everything that still runs in it. */
  async close(): Promise<void> {
    const ended =
      this.shell.exitCode === null && this.shell.signalCode === null ? once(this.shell, 'exit') : undefined;
    for (const pid of this.session()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
    await ended;
  }

  /** The shell and what runs in it, by process id. */
  private session(): number[] {
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '-s', String(this.shell.pid)], { encoding: 'utf8' });
    return stdout.split('\n').filter(Boolean).map(Number);
  }
}
