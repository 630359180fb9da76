import type { EntityManager } from 'typeorm';

/**
 * From here on, a statement of the running transaction fails with `lock_not_available` once it has waited so
 * long for a lock.
 */
export async function limitLockWait(manager: EntityManager, milliseconds: number): Promise<void> {
  await manager.query(`select set_config('lock_timeout', $1, true)`, [`${milliseconds}ms`]);
}
