/**
 * How much of a delay is left to chance. `full`: all of it, for many callers that failed together. `equal`:
 * half of it, where a delay near zero would not help. `none`: nothing, for a single caller.
 */
export type Jitter = 'none' | 'equal' | 'full';

export interface BackoffOptions {
  /** The longest delay after the first failure, milliseconds. */
  readonly firstMs: number;
  /** The ceiling, milliseconds. */
  readonly longestMs: number;
  /** `equal` by default. */
  readonly jitter?: Jitter;
}

/**
 * The delay before the next attempt, in milliseconds: `firstMs` after attempt 1, twice as long after each
 * further one, at most
 * `longestMs`, and less by the jitter. https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export function backoff(attempt: number, { firstMs, longestMs, jitter = 'equal' }: BackoffOptions): number {
  const delay = Math.min(longestMs, firstMs * 2 ** (attempt - 1));
  if (jitter === 'none') return delay;
  return jitter === 'full' ? Math.random() * delay : delay * (0.5 + Math.random() / 2);
}
