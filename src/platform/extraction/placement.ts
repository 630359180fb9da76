import { rowsOf, type Session } from './place';
import { restoreRights, withholdRights } from './rights';

/**
 * Active: the module lives here. Fenced: it is on its way elsewhere, and nobody can write. Moved: it lives elsewhere, and what is here is
 * a copy that nobody can write to.
 */
export type PlacementState = 'active' | 'fenced' | 'moved';

/** What a database says about whether a module lives in it. */
export interface Placement {
  state: PlacementState;
  /** Where it lives or is on its way to, as host:port/database; null while it is active. */
  elsewhere: string | null;
}

export async function placementOf(session: Session): Promise<Placement> {
  const [placement] = await rowsOf<Placement>(session, 'select state, elsewhere from placement');
  return placement;
}

/** The same where the schema may be older than the table, or not there. */
export async function placementIfAny(session: Session): Promise<Placement | undefined> {
  const [{ exists }] = await rowsOf<{ exists: boolean }>(session, `select to_regclass('placement') is not null as exists`);
  return exists ? placementOf(session) : undefined;
}

/** Says that the module is not to be written here. In the caller's transaction; what ran before may still write until it ends. */
export async function closePlace(session: Session, state: 'fenced' | 'moved', elsewhere: string): Promise<void> {
  await withholdRights(session);
  await session.client.query('update placement set state = $1, elsewhere = $2, changed_at = clock_timestamp()', [state, elsewhere]);
}

/** Says that the module lives here, with exactly the rights that it had before. In the caller's transaction. */
export async function openPlace(session: Session): Promise<void> {
  await restoreRights(session);
  await session.client.query(`update placement set state = 'active', elsewhere = null, changed_at = clock_timestamp()`);
}
