import type { DataSource } from 'typeorm';
import { optionsOf, poolOf } from '../database/driver-internals';

/**
 * How many connections of a module's pool are free, beyond one in reserve. 0 while a caller waits for one.
 */
export function spareConnections(source: DataSource): number {
  const pool = poolOf(source)!;
  const { totalCount, idleCount, waitingCount } = pool;
  return waitingCount > 0 ? 0 : Math.max(0, optionsOf(pool).max - (totalCount - idleCount) - 1);
}
