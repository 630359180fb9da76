// Loaded before the application, as in: node --require dist/test/faults/instruments/failpoint-on-demand.js
// dist/src/main.js
import { armFailpoint, parseFailpoint } from '../../../src/platform/kernel/failpoints';

/**
 * Tells a process that runs where it has to kill itself from now on, as the setting `FAILPOINT` does at its
 * start.
 */
export interface FailpointDemand {
  readonly failpoint: string;
}

process.on('message', ({ number, failpoint }: FailpointDemand & { number: number }) => {
  const found = parseFailpoint(failpoint);
  if (!found) throw new Error(`"${failpoint}" is no failpoint.`);
  // Afterwards it may be too late to answer.
  process.send?.({ number }, () => armFailpoint(found));
});
// The parent process is gone, and nothing else would stop this one.
process.on('disconnect', () => process.exit(1));
