import { failpoint } from '../kernel/failpoints';
import { inTransaction, rowsOf, type Session } from '../placement/place';
import { closePlace, openPlace, placementOf } from '../placement/placement';
import { factsOf, type Move, recordStep } from './database/record';

const STEP = 'new generation';

/**
 * Begins a new generation of the copied log: the transaction ids of what was copied belong to another cluster, and what is appended from
 * now on must not be judged by them. Happens once, however often it is asked for. Answers its number.
 */
export async function beginNewGeneration(target: Session, move: Move): Promise<{ generation: number }> {
  const known = await factsOf<{ generation: number }>(target, move, STEP);
  if (known) return known;
  return inTransaction(target, async () => {
    const { elsewhere } = await placementOf(target);
    // The rights on the new partition follow those on the log, which are withheld: nobody sees them come and go.
    await openPlace(target);
    const [begun] = await rowsOf<{ generation: number }>(target, 'select begin_generation() as generation');
    await closePlace(target, 'moved', elsewhere ?? move.source);
    await recordStep(target, move, STEP, begun);
    failpoint('move.generation-begun');
    return begun;
  });
}
