import { renameSync } from 'node:fs';
import { ProcessProfiler } from './profiler';
import { PROFILE_FILE } from './remote-profile';

/*
 * Loaded into the application by `node --require`: profiles it from one SIGUSR2 to the next, so that neither its start nor
 * its end is part of it.
 */

const profiler = new ProcessProfiler();
const file = process.env[PROFILE_FILE] ?? 'application.cpuprofile';
let running = false;

process.on('SIGUSR2', () => void toggle());

async function toggle(): Promise<void> {
  running = !running;
  if (running) return profiler.start();
  await profiler.stop(`${file}.partial`);
  // A process that waits for the file finds all of it.
  renameSync(`${file}.partial`, file);
}
