import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumeOptions, Contestant } from '../contestants/contestant';
import { Ledger } from './ledger';

export interface DrainOptions extends Pick<ConsumeOptions, 'ordered' | 'effect' | 'acknowledgement'> {
  /** Messages waiting. */
  readonly count: number;
  /** Ended after so long, however much is left. */
  readonly limitMs: number;
  /** How many messages are done by now, where seeing them is not enough. */
  readonly done?: () => Promise<number>;
}

export interface Drained {
  /** Messages a second, from the first delivery to the last. */
  readonly rate: number;
  readonly handled: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  /** Not delivered although nothing came any more; 0 when the time was up before. */
  readonly lost: number;
}

const LOOK_EVERY_MS = 20;
/** Longer than any poll, and than any lock after which a message is tried again. */
const QUIET_MS = 10_000;
/** What is delivered twice may come late. */
const AFTERWARDS_MS = 200;

/** Lets a contestant consume what waits for it. */
export async function drain(contestant: Contestant, url: string, options: DrainOptions): Promise<Drained> {
  if (!contestant.consume) throw new Error(`${contestant.name} does not consume.`);
  const { count, limitMs, ordered, effect, acknowledgement } = options;
  const ledger = new Ledger(count);
  let [first, last] = [0, 0];
  const consumer = await contestant.consume(url, {
    ordered,
    effect,
    acknowledgement,
    prompt: false,
    see: (message) => {
      last = performance.now();
      first ||= last;
      ledger.see(message);
    },
  });
  const done = options.done ?? (() => Promise.resolve(ledger.distinct));
  const begin = performance.now();
  let [handled, changedAt, quiet] = [0, begin, false];
  while (handled < count && !quiet && performance.now() - (first || begin) < limitMs) {
    await sleep(LOOK_EVERY_MS);
    const now = await done();
    if (now !== handled) changedAt = performance.now();
    handled = now;
    quiet = performance.now() - changedAt > QUIET_MS;
  }
  const end = options.done ? changedAt : last;
  await sleep(AFTERWARDS_MS);
  await consumer.stop();
  const faults = ledger.faults(count);
  return {
    ...faults,
    lost: quiet ? faults.lost : 0,
    handled,
    rate: handled === 0 ? 0 : handled / ((end - first) / 1_000),
  };
}
