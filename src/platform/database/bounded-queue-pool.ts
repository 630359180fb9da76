import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { optionsOf } from './driver-internals';

type Callback = Parameters<Pool['connect']>[0];

export interface BoundedQueueConfig extends PoolConfig {
  /** How long to wait for a connection while all of them are in use. Milliseconds. */
  queueMs?: number;
}

/**
 * A pool that gives up sooner on a connection that others do not let go of than on a new one that is slow to
 * come: what waits in the queue of a pool whose connections wait for a lock may as well say so. Its error is
 * the driver's own of a connection that did not come in time.
 */
export class BoundedQueuePool extends Pool {
  override connect(): Promise<PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<PoolClient> | void {
    const options = optionsOf<BoundedQueueConfig>(this);
    const { connectionTimeoutMillis } = options;
    // Read when the request is queued, and not later.
    if (isExhausted(this)) options.connectionTimeoutMillis = options.queueMs ?? connectionTimeoutMillis;
    try {
      return callback ? super.connect(callback) : super.connect();
    } finally {
      options.connectionTimeoutMillis = connectionTimeoutMillis;
    }
  }
}

/** Whether the next one to ask has to wait until another one gives a connection back. */
export const isExhausted = (pool: Pool): boolean =>
  pool.idleCount <= pool.waitingCount && pool.totalCount >= optionsOf(pool).max;
