import type { Limits } from './patience';

/** How long the application has to come to rest once all its processes are up again: the promise of I6. */
export const REST: Limits = { limitMs: 30_000, stillMs: 10_000, longestMs: 120_000, strict: true };

/** How long a process has until it takes requests, from its launch; a first one migrates all its modules. */
export const READY: Limits = { limitMs: 60_000, stillMs: 20_000, longestMs: 180_000, strict: true };

/** Only quiet ends the wait: where rest is expected never to come. */
export const untilQuiet = (quietMs: number): Limits => ({
  limitMs: 0,
  stillMs: quietMs,
  longestMs: 120_000,
  strict: false,
});
