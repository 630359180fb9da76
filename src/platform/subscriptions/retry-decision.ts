import { backoff } from '../kernel/backoff';
import { isPermanent, isTransient } from './failure';
import type { Failures, DeferredFailure } from './deferred-messages';
import type { Patience } from './patience';

export interface FailedBefore extends Failures {
  /** Milliseconds since the first failure. */
  failingForMs: number;
}

/** Before a message that failed is tried again. */
export const BACKOFF = { firstMs: 200, longestMs: 60_000, jitter: 'full' } as const;
/** Up to 6 s. */
const LATER_STEP = 6;
const NEVER: FailedBefore = { attempts: 0, transientFailures: 0, failingForMs: 0 };

export interface RetryLimits {
  /** Failures of the handler before a message is parked. */
  maxAttempts: number;
  patience: Patience;
}

/**
 * What becomes of a message that has just failed: tried again after a growing delay, or parked. A permanent
 * error parks at once, one of the handler after `maxAttempts`, a transient one only after both of the
 * patience's limits. `countsAlone` is false while every message may fail in the same way: then it is tried
 * again and not counted.
 */
export function retryDecision(
  error: unknown,
  { maxAttempts, patience }: RetryLimits,
  before: FailedBefore = NEVER,
  countsAlone = true,
): Omit<DeferredFailure, 'error'> {
  const transient = isTransient(error);
  const attempts = before.attempts + (transient ? 0 : 1);
  const transientFailures = before.transientFailures + (transient && countsAlone ? 1 : 0);
  const parks = transient
    ? countsAlone && transientFailures >= patience.failures && before.failingForMs >= patience.failingForMs
    : isPermanent(error) || attempts >= maxAttempts;
  if (parks) return { state: 'parked', attempts, transientFailures, retryInMs: null };
  // A failure that is not counted makes the delay no longer, so it gets a long one.
  const step =
    !transient || countsAlone
      ? attempts + transientFailures
      : Math.max(LATER_STEP, attempts + transientFailures);
  return { state: 'retrying', attempts, transientFailures, retryInMs: backoff(step, BACKOFF) };
}
