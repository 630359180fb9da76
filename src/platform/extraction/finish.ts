import { failpoint } from '../kernel/failpoints';
import { underMoveLock, underMoveLockAt } from './move-lock';
import { inTransaction, nameOf, type Place, type Session, withSession } from '../placement/place';
import { placementOf } from '../placement/placement';
import { factsOf, lastMove, recordStep } from './database/record';
import { emptyTables } from './database/tables';
import { decideFinish } from './whereabouts/decide';
import { lookAt, recordOf } from './whereabouts/look';
import { noteEnds } from './whereabouts/note-ends';
import { whereabouts } from './whereabouts/whereabouts';

const FINISH = 'finish';

/**
 * Drops the copy that a module has left behind, once the new place is open. The empty tables stay, and with them what they say: where
 * the module lives.
 */
export async function finish(module: string, source: Place, target: Place, log: (line: string) => void): Promise<void> {
  await withSession(source, module, (from) =>
    underMoveLock(from, () => underMoveLockAt(target, module, () => emptyCopy(from, target, log))),
  );
}

async function emptyCopy(from: Session, target: Place, log: (line: string) => void): Promise<void> {
  const { module, place } = from;
  const found = whereabouts(await recordOf(from), await lookAt(target, module));
  await noteEnds(found, from, target);
  const decision = decideFinish(found, { module, source: nameOf(place), target: nameOf(target) });
  const move = await lastMove(from, 'source');
  const isCopy = move?.state === 'done' && (await placementOf(from)).state === 'moved';
  if (decision.do === 'refuse' || !isCopy) {
    const because = decision.do === 'refuse' ? ` ${decision.because}` : '';
    throw new Error(
      `There is nothing to finish: ${nameOf(place)} does not hold a copy of ${module} that was left behind by a move to ${nameOf(target)}.${because}`,
    );
  }
  if (await factsOf(from, move, FINISH)) return log(`the copy of ${module} in ${nameOf(place)} is gone already`);
  await inTransaction(from, async () => {
    await emptyTables(from);
    await recordStep(from, move, FINISH, {});
    failpoint('move.before-finish');
  });
  log(`the copy of ${module} in ${nameOf(place)} is gone`);
}
