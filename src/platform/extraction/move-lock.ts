import { setTimeout as sleep } from 'node:timers/promises';
import {
  isMissing,
  type DatabaseTarget,
  rowsOf,
  type Session,
  withAdministrator,
} from '../placement/database-target';

/** A server may take a moment to notice that a tool was killed. */
const WAIT_MS = 10_000;
const LOOK_MS = 200;

/**
 * Runs `work` while no other process moves the same module from the same place. A process that was killed
 * holds nothing for long.
 */
export async function underMoveLock<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const key = `seamline move ${session.module}`;
  for (const deadline = Date.now() + WAIT_MS; !(await tryLock(session, key)); await sleep(LOOK_MS)) {
    if (Date.now() > deadline) {
      throw new Error(
        `Another process is moving the module "${session.module}". Wait for it, or end it and run the same command again; pg_locks tells who holds the advisory lock.`,
      );
    }
  }
  return work().finally(() =>
    session.client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]).catch(() => undefined),
  );
}

/**
 * The same at a place that is not connected to yet. Where there is no database yet, there is nothing to lock.
 */
export async function underMoveLockAt<T>(
  database: DatabaseTarget,
  module: string,
  work: () => Promise<T>,
): Promise<T> {
  const isMade = await withAdministrator(database, `lock ${module}`, async () => true).catch(
    (error: Error) => {
      if (!isMissing(error)) throw error;
      return false;
    },
  );
  return isMade
    ? withAdministrator(database, `lock ${module}`, (client) =>
        underMoveLock({ client, module, database }, work),
      )
    : work();
}

async function tryLock(session: Session, key: string): Promise<boolean> {
  const [{ locked }] = await rowsOf<{ locked: boolean }>(
    session,
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
    [key],
  );
  return locked;
}
