import { WATCHING } from '../../placement/placement-watch';
import { rowsOf, type Session } from '../../placement/database-target';

/** The application's processes at a database, by the sessions of the module's login. */
export interface Processes {
  /** Ids of processes that watch the placement: they release and take over the module themselves. */
  following: string[];
  /** Of those, the ones that work with the module's data here. */
  hosting: string[];
  /** Other sessions that may work with the data, such as those of processes without a broker. */
  others: number;
}

/** Lists the processes. Misses a process that has lost all its connections. */
export async function processesAt(session: Session): Promise<Processes> {
  const sessions = await rowsOf<{ application: string }>(
    session,
    'select application_name as application from pg_stat_activity where datname = current_database() and usename = $1',
    [session.database.roles.of(session.module)],
  );
  const names = sessions.map(({ application }) => application);
  const following = [
    ...new Set(names.filter((name) => name.startsWith(WATCHING)).map((name) => name.slice(WATCHING.length))),
  ];
  const working = names.filter((name) => !name.startsWith(WATCHING));
  const hosting = following.filter((id) => working.some((name) => name.includes(id)));
  return {
    following,
    hosting,
    others: working.filter((name) => !following.some((id) => name.includes(id))).length,
  };
}
