import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client';
import type { Asked } from './operators';

const DEADLINE_MS = 60_000;

/**
 * Waits until no message is on its way and no job is open. Answers whether that came about before the
 * deadline: what hangs shows in the figures, which say more than an error would.
 */
export async function settled(api: ApiClient, ops: Asked): Promise<boolean> {
  const givingUpAt = Date.now() + DEADLINE_MS;
  for (let pause = 20; Date.now() < givingUpAt; pause = Math.min(500, pause * 2)) {
    if (await isAtRest(api, ops)) return true;
    await sleep(pause);
  }
  return false;
}

/**
 * Messages open jobs and jobs publish messages, so one look at each proves nothing. When no message was on
 * its way and then no job was open, and nothing was published around both looks, then no job ended in
 * between: none was open at the first look.
 */
async function isAtRest(api: ApiClient, ops: Asked): Promise<boolean> {
  const publishedBefore = await published(ops);
  const { quiescent } = await ops.get<{ quiescent: boolean }>('/ops/api/pending-work');
  if (!quiescent) return false;
  const { openJobs } = await api.get<{ openJobs: number }>('/payments/totals');
  return openJobs === 0 && (await published(ops)) === publishedBefore;
}

async function published(ops: Asked): Promise<number> {
  return (await ops.get<{ published: number }>('/ops/api/messages/totals')).published;
}
