import { mkdirSync, writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector/promises';
import { join } from 'node:path';

/** Between two samples. Shorter, and the profile would be one of the profiler. */
const SAMPLE_US = 500;

/**
 * V8's profiler of this process: one profile at a time, written as a file that Chrome's and VS Code's tools
 * open.
 */
export class ProcessProfiler {
  private session: Session | undefined;

  async start(): Promise<void> {
    this.session = new Session();
    this.session.connect();
    await this.session.post('Profiler.enable');
    await this.session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
    await this.session.post('Profiler.start');
  }

  async stop(file: string): Promise<Profiler.Profile> {
    if (!this.session) throw new Error('Nothing is being profiled.');
    const { profile } = await this.session.post('Profiler.stop');
    this.session.disconnect();
    this.session = undefined;
    writeFileSync(file, JSON.stringify(profile));
    return profile;
  }
}

/** Profiles this process while `work` runs. */
export async function profiled(
  folder: string,
  name: string,
  work: () => Promise<unknown>,
): Promise<Profiler.Profile> {
  mkdirSync(folder, { recursive: true });
  const profiler = new ProcessProfiler();
  await profiler.start();
  await work();
  return profiler.stop(join(folder, `${name}.cpuprofile`));
}
