import { setTimeout as sleep } from 'node:timers/promises';
import type { Subscription } from '@nats-io/transport-node';

/** Draining asks the server, which may take connections and say nothing. */
const DRAIN_WITHIN_MS = 5_000;

/**
 * Ends subscriptions when what was on its way to them has come; a broker that does not answer in time is not
 * waited for. Does not throw.
 */
export async function drained(
  subscriptions: readonly Pick<Subscription, 'drain'>[],
  withinMs = DRAIN_WITHIN_MS,
): Promise<void> {
  const patience = new AbortController();
  const tired = sleep(withinMs, undefined, { signal: patience.signal }).catch(() => undefined);
  const all = Promise.all(subscriptions.map((subscription) => subscription.drain().catch(() => undefined)));
  await Promise.race([all, tired]);
  patience.abort();
}
