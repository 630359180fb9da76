import { failpoint } from '../kernel/failpoints';
import { underMoveLock, underMoveLockAt } from './move-lock';
import {
  inTransaction,
  nameOf,
  type DatabaseTarget,
  type Session,
  withSession,
} from '../placement/database-target';
import { placementOf } from '../placement/placement';
import { factsOf, lastMove, recordStep } from './database/move-journal';
import { emptyTables } from './database/tables';
import { decideDropSourceCopy } from './whereabouts/decide';
import { inspectTarget, placementRecordOf } from './whereabouts/inspect-target';
import { recordFinishedMoves } from './whereabouts/record-finished-moves';
import { whereabouts } from './whereabouts/whereabouts';

const DROP_SOURCE_COPY = 'finish';

/**
 * Drops the copy that a module has left behind, once the new place is open. The empty tables stay, and with
 * them what they say: where the module lives.
 */
export async function dropSourceCopy(
  module: string,
  source: DatabaseTarget,
  target: DatabaseTarget,
  log: (line: string) => void,
): Promise<void> {
  await withSession(source, module, (from) =>
    underMoveLock(from, () => underMoveLockAt(target, module, () => dropCopy(from, target, log))),
  );
}

async function dropCopy(from: Session, target: DatabaseTarget, log: (line: string) => void): Promise<void> {
  const { module, database } = from;
  const found = whereabouts(await placementRecordOf(from), await inspectTarget(target, module));
  await recordFinishedMoves(found, from, target);
  const decision = decideDropSourceCopy(found, { module, source: nameOf(database), target: nameOf(target) });
  const move = await lastMove(from, 'source');
  const isCopy = move?.state === 'done' && (await placementOf(from)).state === 'moved';
  if (decision.do === 'refuse' || !isCopy) {
    const because = decision.do === 'refuse' ? ` ${decision.because}` : '';
    throw new Error(
      `There is nothing to finish: ${nameOf(database)} does not hold a copy of ${module} that was left behind by a move to ${nameOf(target)}.${because}`,
    );
  }
  if (await factsOf(from, move, DROP_SOURCE_COPY))
    return log(`the copy of ${module} in ${nameOf(database)} is gone already`);
  await inTransaction(from, async () => {
    await emptyTables(from);
    await recordStep(from, move, DROP_SOURCE_COPY, {});
    failpoint('move.before-finish');
  });
  log(`the copy of ${module} in ${nameOf(database)} is gone`);
}
