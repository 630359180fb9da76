import { backoff } from '../messaging/subscriptions/failure';

const BASE_MS = 250;
const LONGEST_MS = 5 * 60_000;

/** How long a job rests after its n-th failure (1, 2, 3 ...), in milliseconds: 25 failures are about 40 minutes. */
export const retryDelay = (failures: number): number => Math.round(backoff(failures, BASE_MS, LONGEST_MS));
