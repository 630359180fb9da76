import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Names the file that the profile of another process goes to. */
export const PROFILE_FILE = 'BENCH_PROFILE_FILE';

const WRITTEN_WITHIN_MS = 60_000;

/** The profile of a process that was started with these arguments and settings. */
export class RemoteProfile {
  private readonly file: string;

  constructor(folder: string, name: string) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, `${name}.cpuprofile`);
    rmSync(this.file, { force: true });
  }

  get nodeArguments(): string[] {
    return ['--require', join(__dirname, 'profile-on-signal.js')];
  }

  get settings(): Record<string, string> {
    return { [PROFILE_FILE]: this.file };
  }

  begin(pid: number): void {
    process.kill(pid, 'SIGUSR2');
  }

  async end(pid: number): Promise<Profiler.Profile> {
    process.kill(pid, 'SIGUSR2');
    for (const begun = Date.now(); !existsSync(this.file); await sleep(50)) {
      if (Date.now() - begun > WRITTEN_WITHIN_MS)
        throw new Error(`The profile ${this.file} was not written.`);
    }
    return JSON.parse(readFileSync(this.file, 'utf8')) as Profiler.Profile;
  }
}
