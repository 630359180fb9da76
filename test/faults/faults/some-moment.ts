import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Somewhere in the load: all its steps are under way at one time or another within a second of its beginning.
 */
export const someMoment = (random: () => number, longestMs = 1_000): Promise<void> =>
  sleep(random() * longestMs);
