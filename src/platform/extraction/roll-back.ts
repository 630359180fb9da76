import { failpoint } from '../kernel/failpoints';
import {
  inTransaction,
  nameOf,
  type DatabaseTarget,
  type Session,
  withSession,
} from '../placement/database-target';
import { underMoveLock, underMoveLockAt } from './move-lock';
import { closePlacement, openPlacement, placementIfAny } from '../placement/placement';
import { lastMove, type Move, findMove, setMoveState } from './database/move-journal';
import { unpublish, unsubscribe } from './copy/replication';
import { emptyTables, filledTablesOf } from './database/tables';
import { decideRollBack } from './whereabouts/decide';
import { inspectTarget, placementRecordOf } from './whereabouts/inspect-target';
import { recordFinishedMoves } from './whereabouts/record-finished-moves';
import { whereabouts } from './whereabouts/whereabouts';

/**
 * Undoes a move that has not been switched: the module lives in the old place again, with the rights that it
 * had. What was copied is emptied, if the new place can be reached; it would be anyway at the next move
 * there. Asked again, it takes away what is left.
 */
export async function rollBack(
  module: string,
  source: DatabaseTarget,
  target: DatabaseTarget,
  log: (line: string) => void,
): Promise<void> {
  await withSession(source, module, (from) => underMoveLock(from, () => atBoth(from, target, log)));
}

async function atBoth(from: Session, target: DatabaseTarget, log: (line: string) => void): Promise<void> {
  const { module } = from;
  const look = async (): Promise<boolean> => !('unreachable' in (await inspectTarget(target, module)));
  return (await look())
    ? underMoveLockAt(target, module, () => undo(from, target, log))
    : undo(from, target, log);
}

async function undo(from: Session, target: DatabaseTarget, log: (line: string) => void): Promise<void> {
  const { module, database } = from;
  const found = whereabouts(await placementRecordOf(from), await inspectTarget(target, module));
  await recordFinishedMoves(found, from, target);
  const decision = decideRollBack(found, { module, source: nameOf(database), target: nameOf(target) });
  if (decision.do === 'refuse') throw new Error(decision.because);
  const move = decision.do === 'undo' ? await findMove(from, decision.move) : await lastMove(from, 'source');
  if (!move || (decision.do === 'tidy' && (move.state !== 'undone' || move.target !== nameOf(target))))
    throw new Error(
      `There is no move of ${module} from ${nameOf(database)} to ${nameOf(target)} to roll back. ${module} lives in ${nameOf(database)}.`,
    );
  if (decision.do === 'undo') {
    await inTransaction(from, async () => {
      await openPlacement(from);
      await setMoveState(from, move, 'undone');
      failpoint('move.before-undo');
    });
  }
  failpoint('move.undone');
  log(`${module} lives in ${nameOf(database)} as before`);
  await tidy(from, target, move).catch((error: Error) =>
    log(`what was copied to ${nameOf(target)} is still there: ${error.message}`),
  );
  await unpublish(from);
}

/**
 * The new place goes on saying that the module lives in the old one; or begins to, where it was only made.
 */
async function tidy({ module, database }: Session, target: DatabaseTarget, move: Move): Promise<void> {
  await withSession(target, module, async (to) => {
    const placement = await placementIfAny(to);
    if (!placement) return;
    const last = await lastMove(to, 'target');
    await inTransaction(to, async () => {
      if (placement.state === 'active' && !last && (await filledTablesOf(to)).length === 0)
        await closePlacement(to, 'moved', nameOf(database));
      if (last?.move !== move.move || last.state === 'undone') return;
      await unsubscribe(to);
      await emptyTables(to);
      await setMoveState(to, move, 'undone');
      failpoint('move.before-tidied');
    });
  });
}
