import { setTimeout as sleep } from 'node:timers/promises';
import { failpoint } from '../../kernel/failpoints';
import { inTransaction, nameOf, type Session } from '../../placement/place';
import { leavePlace } from '../../placement/placement';
import { processesAt } from './processes';

const LOOK_MS = 50;

export interface LetGo {
  /** Processes that let the module go by themselves. */
  processes: number;
  /** Those that did not in time: the fence shuts them out. */
  stayed: number;
  seconds: number;
}

/**
 * Asks the processes at the old place to let go of the module, and comes back when none of them works with it any more, or after
 * `withinMs`. They finish what they are at; nobody is kept from writing yet.
 */
export async function askToLetGo(from: Session, elsewhere: string, withinMs: number, log: (line: string) => void): Promise<LetGo> {
  const begun = Date.now();
  const before = (await processesAt(from)).hosting;
  await inTransaction(from, () => leavePlace(from, elsewhere));
  failpoint('move.leaving');
  let left = before;
  while (left.length > 0 && Date.now() < begun + withinMs) {
    await sleep(LOOK_MS);
    left = (await processesAt(from)).hosting;
  }
  if (left.length > 0)
    log(`${left.length} processes in ${nameOf(from.place)} have not let go of ${from.module} in ${withinMs / 1_000} s: they are shut out`);
  return { processes: before.length - left.length, stayed: left.length, seconds: (Date.now() - begun) / 1_000 };
}
