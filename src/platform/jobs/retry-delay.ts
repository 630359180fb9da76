import { backoff } from '../kernel/backoff';
import { LONGEST_RETRY_DELAY_MS } from './job-handler';

const FIRST_MS = 500;

/**
 * How long a job rests after its n-th failure (1, 2, 3 ...), in milliseconds, at most `longestMs`: 25
 * failures are about 40 minutes.
 */
export const retryDelay = (failures: number, longestMs = LONGEST_RETRY_DELAY_MS): number =>
  Math.round(backoff(failures, { firstMs: FIRST_MS, longestMs, jitter: 'full' }));
