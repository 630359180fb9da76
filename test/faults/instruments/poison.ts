import { createHash } from 'node:crypto';

/** What a poisoned message does to the handler that gets it. */
export const POISONS = ['throws-before', 'throws-after', 'hangs', 'comes-late', 'throws-for-ever'] as const;
export type Poison = (typeof POISONS)[number];

/** Of all messages. */
export const POISONED = 0.01;
/**
 * Shorter than the product's own, so that a trial need not wait: a handler hangs for this long, and a message
 * fails this often until it is parked.
 */
export const POISONED_SUBSCRIPTION = { timeoutMs: 500, maxAttempts: 4 };

/** In the data folder: what was done to handlers, a line each. */
export const POISON_LOG = 'rig-poison.log';
/** In the data folder: while it exists no message is poisoned. */
export const POISON_CURE = 'rig-poison-cure';

/** The poison in a message: the same one for every subscription, in every process and at every attempt. */
export function poisonOf(messageId: string): Poison | undefined {
  const hash = createHash('sha256').update(messageId).digest();
  return hash.readUInt32BE(0) / 2 ** 32 < POISONED ? POISONS[hash[4] % POISONS.length] : undefined;
}
