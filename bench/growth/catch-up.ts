import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApplication } from '../contestants/seamline/application';
import { subscribingModule } from './subscribing-module';

/** What the process tells of itself while one subscription catches up. */
export interface Sample {
  handled: number;
  rssMb: number;
  heapMb: number;
}

const SAMPLE_MS = 100;
const POOL = 4;

/**
 * A process of its own, so that its memory is that of the consumer alone: `fork`ed with a database's URL.
 * Ends at the first message of its parent.
 */
async function main(url: string): Promise<void> {
  let handled = 0;
  const application = await startApplication(
    url,
    subscribingModule(1, () => (handled += 1)),
    POOL,
  );
  let told = false;
  process.once('message', () => (told = true));
  while (!told) {
    const { rss, heapUsed } = process.memoryUsage();
    process.send?.({ handled, rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20 } satisfies Sample);
    await sleep(SAMPLE_MS);
  }
  await application.stop();
  process.exit(0);
}

void main(process.argv[2]);
