import { setTimeout as sleep } from 'node:timers/promises';
import { failpoint } from '../../kernel/failpoints';
import { inTransaction, nameOf, type Session } from '../../placement/database-target';
import { markLeaving } from '../../placement/placement';
import { processesAt } from './processes';

const LOOK_MS = 50;

export interface Release {
  /** Processes that released the module. */
  processes: number;
  /** Processes that did not in time: the fence shuts them out. */
  stayed: number;
  seconds: number;
}

/**
 * Asks the processes at the source to release the module. Resolves when none of them works with it any more,
 * or after `withinMs`. Processes finish their work; writes are not fenced yet.
 */
export async function requestRelease(
  from: Session,
  elsewhere: string,
  withinMs: number,
  log: (line: string) => void,
): Promise<Release> {
  const begun = Date.now();
  const before = (await processesAt(from)).hosting;
  await inTransaction(from, () => markLeaving(from, elsewhere));
  failpoint('move.leaving');
  let left = before;
  while (left.length > 0 && Date.now() < begun + withinMs) {
    await sleep(LOOK_MS);
    left = (await processesAt(from)).hosting;
  }
  if (left.length > 0)
    log(
      `${left.length} processes in ${nameOf(from.database)} have not let go of ${from.module} in ${withinMs / 1_000} s: they are shut out`,
    );
  return {
    processes: before.length - left.length,
    stayed: left.length,
    seconds: (Date.now() - begun) / 1_000,
  };
}
