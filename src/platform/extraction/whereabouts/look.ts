import { escapeIdentifier } from 'pg';
import { isNotMadeYet, nameOf, type Place, rowsOf, type Session, withSession } from '../../placement/place';
import { placementIfAny } from '../../placement/placement';
import { filledTablesOf, tablesOf } from '../database/tables';
import type { MoveNote, PlaceRecord, Seen } from './whereabouts';

const NOTES = `
  select move, side, source, target, state,
         exists (select from move_steps s where s.move = m.move and s.step = 'prepare') as prepared
  from moves m order by started_at`;

/** What a place has written down of a module, or why it does not say. Changes nothing. */
export async function lookAt(place: Place, module: string): Promise<Seen> {
  try {
    return await withSession(place, module, recordOf);
  } catch (error) {
    if (isNotMadeYet(error)) return nothingIn(place);
    return { name: nameOf(place), unreachable: (error as Error).message };
  }
}

/** The same, over a connection that is there. */
export async function recordOf(session: Session): Promise<PlaceRecord> {
  const [{ made, noted }] = await rowsOf<{ made: boolean; noted: boolean }>(
    session,
    `select to_regnamespace($1) is not null as made, to_regclass('moves') is not null as noted`,
    [escapeIdentifier(session.module)],
  );
  if (!made || (await tablesOf(session)).length === 0) return nothingIn(session.place);
  const notes = noted ? await rowsOf<MoveNote>(session, NOTES) : [];
  // Before there were moves, a module lived wherever its tables were.
  const placement = (await placementIfAny(session)) ?? { state: 'active', elsewhere: null };
  const pristine = placement.state === 'active' && notes.length === 0 && (await filledTablesOf(session)).length === 0;
  return { name: nameOf(session.place), placement, pristine, notes };
}

const nothingIn = (place: Place): PlaceRecord => ({ name: nameOf(place), pristine: false, notes: [] });
