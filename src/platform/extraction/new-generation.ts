import { failpoint } from '../kernel/failpoints';
import { inTransaction, rowsOf, type Session } from '../placement/database-target';
import { closePlacement, openPlacement, placementOf } from '../placement/placement';
import { factsOf, type Move, recordStep } from './database/move-journal';

const STEP = 'new generation';

/**
 * Begins a new generation of the copied log: the transaction ids of what was copied belong to another
 * cluster, and what is appended from now on must not be judged by them. Idempotent. Returns the generation's
 * number.
 */
export async function beginNewGeneration(target: Session, move: Move): Promise<{ generation: number }> {
  const known = await factsOf<{ generation: number }>(target, move, STEP);
  if (known) return known;
  return inTransaction(target, async () => {
    const { elsewhere } = await placementOf(target);
    // The rights on the new partition follow those on the log, which are withheld: no session sees them.
    await openPlacement(target);
    const [begun] = await rowsOf<{ generation: number }>(target, 'select begin_generation() as generation');
    await closePlacement(target, 'moved', elsewhere ?? move.source);
    await recordStep(target, move, STEP, begun);
    failpoint('move.generation-begun');
    return begun;
  });
}
