import { WATCHING } from '../../placement/placement-watch';
import { rowsOf, type Session } from '../../placement/place';

/** What the sessions with the module's login tell of the application's processes at a place. */
export interface Processes {
  /** Ids of those that watch where the module lives: they let it go and take it up by themselves. */
  following: string[];
  /** Of those, the ones that work with the module's data here. */
  hosting: string[];
  /** Other sessions that may work with them: of processes without a broker, or of nobody's. */
  others: number;
}

/** Looks who is there. A process without any connection, because its server is away, is not seen. */
export async function processesAt(session: Session): Promise<Processes> {
  const sessions = await rowsOf<{ application: string }>(
    session,
    'select application_name as application from pg_stat_activity where datname = current_database() and usename = $1',
    [session.place.roles.of(session.module)],
  );
  const names = sessions.map(({ application }) => application);
  const following = [...new Set(names.filter((name) => name.startsWith(WATCHING)).map((name) => name.slice(WATCHING.length)))];
  const working = names.filter((name) => !name.startsWith(WATCHING));
  const hosting = following.filter((id) => working.some((name) => name.includes(id)));
  return { following, hosting, others: working.filter((name) => !following.some((id) => name.includes(id))).length };
}
