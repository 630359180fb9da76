import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { MachineClock } from './machine-clock';

/** What all patience of the suite goes by. Like any other clock as long as nothing is measured. */
export const machine = new MachineClock();

/**
 * Measures the machine's speed from now on, in a thread of its own, every two seconds; answers how to stop.
 */
export function measureSpeed(): () => Promise<void> {
  const probe = new Worker(join(__dirname, 'speed-probe.js'));
  // One who measures must not end what is measured.
  probe.on('error', (error) =>
    console.error(`The speed of the machine is not measured any more: ${error.message}`),
  );
  probe.on('message', (ms: number) => machine.note(ms));
  const ended = new Promise<void>((resolve) => probe.once('exit', () => resolve()));
  return async () => {
    probe.postMessage('stop');
    await ended;
  };
}
