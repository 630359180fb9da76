import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for the given time, or until the signal is aborted. Does not throw. */
export async function abortableDelay(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
