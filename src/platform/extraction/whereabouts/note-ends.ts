import { nameOf, type Place, type Session, withSession } from '../../placement/place';
import { setState } from '../database/record';
import type { Whereabouts } from './whereabouts';

/**
 * Notes in the place that a move has left that it is done, where the command was cut short just before: an old note would be taken for a
 * move that is not over. Under the locks of both places.
 */
export async function noteEnds(found: Whereabouts, from: Session, target: Place): Promise<void> {
  if (found.state !== 'lives') return;
  for (const { move, place } of found.unnoted) {
    if (place === nameOf(from.place)) await setState(from, { move }, 'done');
    else await withSession(target, from.module, (to) => setState(to, { move }, 'done'));
  }
}
