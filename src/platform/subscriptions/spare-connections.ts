import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** How many connections of a module's pool are free, beyond one in reserve. 0 while a caller waits for one. */
export function spareConnections({ driver }: DataSource): number {
  const { totalCount, idleCount, waitingCount, options } = (driver as unknown as { master: Pool }).master;
  return waitingCount > 0 ? 0 : Math.max(0, options.max - (totalCount - idleCount) - 1);
}
