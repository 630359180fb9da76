import { setTimeout as sleep } from 'node:timers/promises';
import { inTransaction, nameOf, rowsOf, type Session } from '../../placement/database-target';
import type { Move } from '../database/move-journal';
import { replicationOf, resume, subscriptionOf } from './replication';

interface SlotState {
  there: boolean;
  /** Bytes of the write-ahead log that the new place has not confirmed. */
  behind: number;
  lost: boolean;
}

/** Called now and then with how many bytes of changes are still to come. */
export type ReportLag = (bytes: number) => void;

/** An error may be one of the network. */
const ATTEMPTS = 3;
const LOOK_EVERY_MS = 20;
const TELL_EVERY_MS = 2_000;
/** The new place is close behind when what was written until now gets there in so much time. */
const CLOSE_MS = 2_000;

const SLOT = `
  select confirmed_flush_lsn >= $2::pg_lsn as there, greatest(pg_wal_lsn_diff($2::pg_lsn, confirmed_flush_lsn), 0)::float8 as behind,
         coalesce(wal_status = 'lost', false) as lost
  from pg_replication_slots where slot_name = $1`;

/**
 * Resolves when everything that was committed in the old place by now is in the new one, and safe there.
 * Throws when it cannot come.
 */
export async function catchUp(source: Session, target: Session, move: Move, tell: ReportLag): Promise<void> {
  const mark = await markOf(source, move);
  let [told, attempts] = [Date.now(), 0];
  for (;;) {
    const [slot] = await rowsOf<SlotState>(source, SLOT, [replicationOf(move), mark]);
    const subscription = await subscriptionOf(target, move);
    if (!slot || slot.lost || !subscription)
      throw new Error(`${lostIn(source, target)} Undo the move with --rollback, and begin it again.`);
    if (slot.there) return;
    if (!subscription.enabled) {
      attempts += 1;
      if (attempts > ATTEMPTS) throw stopped(source, target);
      await inTransaction(target, () => resume(target, move));
    }
    if (Date.now() > told + TELL_EVERY_MS) {
      told = Date.now();
      tell(slot.behind);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** Resolves when the new place is close behind the old one, which goes on writing. */
export async function narrowLag(
  source: Session,
  target: Session,
  move: Move,
  tell: ReportLag,
): Promise<void> {
  for (let took = Number.POSITIVE_INFINITY; took > CLOSE_MS;) {
    const begun = performance.now();
    await catchUp(source, target, move, tell);
    took = performance.now() - begun;
  }
}

/**
 * A position in the write-ahead log behind all that is committed. A message of its own, because an end of the
 * log that is no end of a record is never confirmed.
 */
async function markOf(source: Session, { move }: Move): Promise<string> {
  const [{ mark }] = await rowsOf<{ mark: string }>(
    source,
    `select pg_logical_emit_message(true, 'seamline', $1)::text as mark`,
    [move],
  );
  return mark;
}

const stopped = (source: Session, target: Session): Error =>
  new Error(
    `${nameOf(target.database)} has stopped taking over the changes of ${source.module} at an error, which is in the log of that server. ` +
      'Mend it and run the same command again, which goes on there; or --rollback.',
  );

const lostIn = (source: Session, target: Session): string =>
  `The changes of ${source.module} that ${nameOf(target.database)} has not taken over yet are gone from ${nameOf(source.database)}: ` +
  'its replication slot or the subscription to it was removed, or the server gave the slot up (max_slot_wal_keep_size).';
