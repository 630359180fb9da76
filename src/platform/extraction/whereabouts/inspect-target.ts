import { escapeIdentifier } from 'pg';
import {
  isNotMadeYet,
  nameOf,
  type DatabaseTarget,
  rowsOf,
  type Session,
  withSession,
} from '../../placement/database-target';
import { placementIfAny } from '../../placement/placement';
import { filledTablesOf, tablesOf } from '../database/tables';
import type { MoveNote, PlacementRecord, Inspection } from './whereabouts';

const NOTES = `
  select move, side, source, target, state,
         exists (select from move_steps s where s.move = m.move and s.step = 'prepare') as prepared
  from moves m order by started_at`;

/** What a place has written down of a module, or why it does not say. Changes nothing. */
export async function inspectTarget(place: DatabaseTarget, module: string): Promise<Inspection> {
  try {
    return await withSession(place, module, placementRecordOf);
  } catch (error) {
    if (isNotMadeYet(error)) return nothingIn(place);
    return { name: nameOf(place), unreachable: (error as Error).message };
  }
}

/** The same, over a connection that is there. */
export async function placementRecordOf(session: Session): Promise<PlacementRecord> {
  const [{ made, noted }] = await rowsOf<{ made: boolean; noted: boolean }>(
    session,
    `select to_regnamespace($1) is not null as made, to_regclass('moves') is not null as noted`,
    [escapeIdentifier(session.module)],
  );
  if (!made || (await tablesOf(session)).length === 0) return nothingIn(session.database);
  const notes = noted ? await rowsOf<MoveNote>(session, NOTES) : [];
  // Before there were moves, a module lived wherever its tables were.
  const placement = (await placementIfAny(session)) ?? { state: 'active', elsewhere: null };
  const pristine =
    placement.state === 'active' && notes.length === 0 && (await filledTablesOf(session)).length === 0;
  return { name: nameOf(session.database), placement, pristine, notes };
}

const nothingIn = (place: DatabaseTarget): PlacementRecord => ({
  name: nameOf(place),
  pristine: false,
  notes: [],
});
