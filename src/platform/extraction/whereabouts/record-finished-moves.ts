import { nameOf, type DatabaseTarget, type Session, withSession } from '../../placement/database-target';
import { setMoveState } from '../database/move-journal';
import type { Whereabouts } from './whereabouts';

/**
 * Notes in the place that a move has left that it is done, where the command was cut short just before: an
 * old note would be taken for a move that is not over. Under the locks of both places.
 */
export async function recordFinishedMoves(
  found: Whereabouts,
  from: Session,
  target: DatabaseTarget,
): Promise<void> {
  if (found.state !== 'lives') return;
  for (const { move, place } of found.unnoted) {
    if (place === nameOf(from.database)) await setMoveState(from, { move }, 'done');
    else await withSession(target, from.module, (to) => setMoveState(to, { move }, 'done'));
  }
}
