import { failpoint } from '../../kernel/failpoints';
import { catchUp, narrowLag, type ReportLag } from './catch-up';
import { type Copied, type CopyProgress, copySequences, copyTables } from './copy';
import { type CopyMethod, obstaclesToReplication } from './copy-method';
import { inTransaction, type Session } from '../../placement/database-target';
import { factsOf, forgetSteps, type Move, recordStep } from '../database/move-journal';
import {
  loginOf,
  publishTables,
  replicationOf,
  resume,
  subscribe,
  subscriptionOf,
  unpublish,
  unreachableFrom,
  unsubscribe,
} from './replication';
import { withSlot } from './replication-slot';
import { emptyTables } from '../database/tables';

export interface CopyOptions {
  source: Session;
  target: Session;
  move: Move;
  /** Undefined: by replication where both servers allow it. */
  wish: CopyMethod | undefined;
  log: (line: string) => void;
  progress: CopyProgress;
}

/** How the rows get to the new place, and what has got there before the fence. */
export interface CopiedAhead {
  method: CopyMethod;
  copied?: Copied;
  /** Why it is not by replication. */
  because?: string[];
}

/** In the new place: the rows are there, and it has begun to take over the changes. */
const COPIED = 'copied beforehand';
/** In the new place: everything is there, and nothing more will come. */
const CAUGHT_UP = 'caught up';

/**
 * Copies the module's tables while it goes on working, and has the new place take over every change from then
 * on. Resolves when that is close behind. Where it cannot be, nothing is done, and the rows are copied behind
 * the fence.
 */
export async function copyAhead(options: CopyOptions): Promise<CopiedAhead> {
  const { source, target, move, wish, log } = options;
  const goesOn =
    (await factsOf<Copied>(target, move, COPIED)) !== undefined &&
    (await subscriptionOf(target, move)) !== undefined;
  if (!goesOn) {
    await beginAnew(options);
    const because = wish === 'snapshot' ? ['--copy snapshot'] : await cannotSubscribe(options);
    if (because.length > 0) {
      await unpublish(source);
      if (wish === 'replication')
        throw new Error(`The rows cannot be copied beforehand by replication. ${because.join(' ')}`);
      for (const line of because) log(`the rows are copied behind the fence: ${line}`);
      return { method: 'snapshot', because };
    }
    await copyInSnapshotOfSlot(options);
  }
  await narrowLag(source, target, move, tellingBehind(log));
  return { method: 'replication', copied: await factsOf<Copied>(target, move, COPIED) };
}

/**
 * Behind the fence and the last tick: waits until the new place has taken over the last change, brings what
 * replication does not, and takes everything away that was made for it.
 */
export async function copyRemaining(options: CopyOptions, beforehand: CopiedAhead): Promise<CopiedAhead> {
  const { source, target, move, log, progress } = options;
  if (beforehand.method === 'snapshot') {
    const copied = await copyTables(source, target, move, progress);
    await copySequences(source, target);
    return { ...beforehand, copied };
  }
  if (!(await factsOf(target, move, CAUGHT_UP))) {
    await catchUp(source, target, move, tellingBehind(log));
    await copySequences(source, target);
    await inTransaction(target, async () => {
      await unsubscribe(target);
      await recordStep(target, move, CAUGHT_UP, {});
    });
    failpoint('move.caught-up');
  }
  await unpublish(source);
  return beforehand;
}

/** Whatever an attempt before this one has left behind goes: a snapshot is gone with the tool that had it. */
async function beginAnew({ source, target, move }: CopyOptions): Promise<void> {
  await inTransaction(target, async () => {
    await unsubscribe(target);
    await emptyTables(target);
    await forgetSteps(target, move);
  });
  await unpublish(source);
}

async function cannotSubscribe({ source, target, move }: CopyOptions): Promise<string[]> {
  const obstacles = await obstaclesToReplication({
    module: source.module,
    source: source.database,
    target: target.database,
  });
  if (obstacles.length > 0) return obstacles;
  await publishTables(source, move);
  failpoint('move.published');
  return subscribe(source.database, target, move).then(
    () => [],
    (error: Error) => [unreachableFrom(source.database, target.database, error)],
  );
}

async function copyInSnapshotOfSlot({ source, target, move, log, progress }: CopyOptions): Promise<void> {
  const slot = { login: loginOf(source.database, move), name: replicationOf(move) };
  const copied = await withSlot(source, slot, log, (snapshot) => {
    failpoint('move.slot-made');
    return copyTables(source, target, move, progress, snapshot);
  }).catch(async (error: Error) => {
    // What was copied counts for nothing without this snapshot, so the old server need not keep the changes.
    await unpublish(source).catch(() => undefined);
    throw error;
  });
  await inTransaction(target, async () => {
    await recordStep(target, move, COPIED, copied);
    await resume(target, move);
  });
  failpoint('move.following');
}

const MEGABYTE = 1_048_576;

const tellingBehind =
  (log: (line: string) => void): ReportLag =>
  (bytes) =>
    log(`  ${(bytes / MEGABYTE).toFixed(1)} MB of changes behind ...`);
