import { rowsOf, type Session } from './database-target';
import { restoreRights, withholdRights } from './rights';

/**
 * Active: the module lives here. Leaving: it is about to go elsewhere, and its processes let go of it.
 * Fenced: it is on its way, and writes are rejected. Moved: it lives elsewhere, and what is here is a
 * read-only copy.
 */
export type PlacementState = 'active' | 'leaving' | 'fenced' | 'moved';

/** What a database says about whether a module lives in it. */
export interface Placement {
  state: PlacementState;
  /** Where it lives or is on its way to, as host:port/database; null while it is active. */
  elsewhere: string | null;
}

/**
 * Where processes listen for changes of the placements in a database. A hint: they also look by themselves.
 */
export const PLACEMENT_CHANNEL = 'seamline_placement';

export async function placementOf(session: Session): Promise<Placement> {
  const [placement] = await rowsOf<Placement>(session, 'select state, elsewhere from placement');
  return placement;
}

/** The same where the schema may be older than the table, or not there. */
export async function placementIfAny(session: Session): Promise<Placement | undefined> {
  const [{ exists }] = await rowsOf<{ exists: boolean }>(
    session,
    `select to_regclass('placement') is not null as exists`,
  );
  return exists ? placementOf(session) : undefined;
}

/** Asks the module's processes here to let go of it. They may still write. In the caller's transaction. */
export const markLeaving = (session: Session, elsewhere: string): Promise<void> =>
  setPlacement(session, 'leaving', elsewhere);

/**
 * Says that the module is not to be written here. In the caller's transaction; what ran before may still
 * write until it ends.
 */
export async function closePlacement(
  session: Session,
  state: 'fenced' | 'moved',
  elsewhere: string,
): Promise<void> {
  await withholdRights(session);
  await setPlacement(session, state, elsewhere);
}

/**
 * Says that the module lives here, with exactly the rights that it had before. In the caller's transaction.
 */
export async function openPlacement(session: Session): Promise<void> {
  await restoreRights(session);
  await setPlacement(session, 'active', null);
}

/** The old place's last word: the module lives elsewhere. In the caller's transaction. */
export async function abandonPlacement(session: Session): Promise<void> {
  await session.client.query(`update placement set state = 'moved', changed_at = clock_timestamp()`);
  await tellProcesses(session);
}

async function setPlacement(
  session: Session,
  state: PlacementState,
  elsewhere: string | null,
): Promise<void> {
  await session.client.query(
    'update placement set state = $1, elsewhere = $2, changed_at = clock_timestamp()',
    [state, elsewhere],
  );
  await tellProcesses(session);
}

/** Heard when the transaction commits. */
const tellProcesses = ({ client, module }: Session): Promise<unknown> =>
  client.query('select pg_notify($1, $2)', [PLACEMENT_CHANNEL, module]);
