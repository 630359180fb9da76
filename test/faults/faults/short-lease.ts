/**
 * The shortest lease that the application takes, so that a trial need not wait for longer ones: every timeout
 * towards the database follows from it.
 */
export const LEASE_MS = 3_000;

export const SHORT_LEASE: Readonly<Record<string, string>> = { MESSAGING_LEASE_MS: String(LEASE_MS) };

/** When the application gives up a connection from which nothing comes. */
export const GIVEN_UP_AFTER_MS = LEASE_MS / 2 + 2_000;
