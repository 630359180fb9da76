/**
 * How long a message may fail with transient errors until something is done about it. Times in milliseconds.
 */
export interface Patience {
  /** A message that fails alone steps aside for its key's sake after so many tries in a row ... */
  tries: number;
  /**
   * ... and so long since the first of them; sooner where it only waits for something that other transactions
   * hold.
   */
  triesForMs: number;
  /** A message that stepped aside is parked after so many failures more ... */
  failures: number;
  /** ... and so long since the first of them. */
  failingForMs: number;
}

/**
 * Longer than a server's restart or a deployment. With growing delays, 100 failures take the better part of
 * an hour anyway.
 */
export const PATIENCE: Patience = { tries: 8, triesForMs: 30_000, failures: 100, failingForMs: 60 * 60_000 };

/**
 * How long a statement of a message waits for a lock where others would wait for it: when it is handled alone
 * or again. Milliseconds.
 */
export const LOCK_WAIT_MS = 500;
