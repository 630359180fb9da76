import { setTimeout as sleep } from 'node:timers/promises';
import { rowsOf, type Session } from './place';

/** A server may take a moment to notice that a tool was killed. */
const WAIT_MS = 10_000;
const LOOK_MS = 200;

/** Runs `work` while no other process moves the same module from the same place. A process that was killed holds nothing for long. */
export async function underMoveLock<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const key = `seamline move ${session.module}`;
  for (const deadline = Date.now() + WAIT_MS; !(await tryLock(session, key)); await sleep(LOOK_MS)) {
    if (Date.now() > deadline) {
      throw new Error(
        `Another process is moving the module "${session.module}". Wait for it, or end it and run the same command again; pg_locks tells who holds the advisory lock.`,
      );
    }
  }
  return work().finally(() => session.client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]).catch(() => undefined));
}

async function tryLock(session: Session, key: string): Promise<boolean> {
  const [{ locked }] = await rowsOf<{ locked: boolean }>(session, 'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked', [key]);
  return locked;
}
