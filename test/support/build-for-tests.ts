import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/**
 * Builds what changed of the application and of the fault suite's instruments: many tests start the built
 * application, and an old build would prove nothing about today's sources. Throws when it cannot be built.
 * `SEAMLINE_TESTS_BUILD=none` leaves it out, for a run of tests that start nothing.
 */
export function buildForTests(): void {
  if (process.env.SEAMLINE_TESTS_BUILD === 'none') return;
  const build = join(ROOT, 'src/platform/start/build.js');
  const { status } = spawnSync(process.execPath, [build, 'test/faults/main'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0)
    throw new Error('The application could not be built, so its tests would be of an old build. See above.');
}
