import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Bench } from '../harness/scenario';
import type { Sample } from './catch-up';

const PROGRAM = join(__dirname, 'catch-up.js');
const STUCK_MS = 30_000;

/** Lets a process of its own handle everything in the log, and answers what its memory was on the way. */
export async function samplesOfCatchUp(bench: Bench, url: string, count: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const child = fork(PROGRAM, [url], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  bench.defer(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await new Promise<void>((resolve, reject) => {
    let movedAt = performance.now();
    child.on('message', (sample: Sample) => {
      if (sample.handled !== samples.at(-1)?.handled) movedAt = performance.now();
      samples.push(sample);
      bench.progress(
        `catching up: ${sample.handled.toLocaleString('en-GB')} of ${count.toLocaleString('en-GB')} messages`,
      );
      if (sample.handled >= count) resolve();
      else if (performance.now() - movedAt > STUCK_MS)
        reject(new Error(`The subscription stands still at ${sample.handled} of ${count} messages.`));
    });
    void ended.then(([code]) =>
      reject(new Error(`The catching-up process ended by itself with code ${code}.`)),
    );
  });
  child.send('stop');
  await ended;
  return samples;
}
