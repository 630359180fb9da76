import { rowsOf, type Session } from './place';

/** Runs `work` while no other process moves the same module from the same place. A process that was killed holds nothing. */
export async function underMoveLock<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const key = `seamline move ${session.module}`;
  const [{ locked }] = await rowsOf<{ locked: boolean }>(session, 'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked', [key]);
  if (!locked)
    throw new Error(`Another process is moving the module "${session.module}". Wait for it, or end it and run the same command again.`);
  return work().finally(() => session.client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]).catch(() => undefined));
}
