import { backoff } from '../subscriptions/failure';
import { LONGEST_REST_MS } from './job-handler';

const BASE_MS = 250;

/** How long a job rests after its n-th failure (1, 2, 3 ...), in milliseconds, at most `longestMs`: 25 failures are about 40 minutes. */
export const retryDelay = (failures: number, longestMs = LONGEST_REST_MS): number => Math.round(backoff(failures, BASE_MS, longestMs));
