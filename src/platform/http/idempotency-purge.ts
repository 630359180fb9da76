import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../unit-of-work/clock';
import { ModuleDatabases } from '../database/module-databases';
import { IDEMPOTENCY_WINDOW_MS } from './idempotency';

const INTERVAL_MS = 10 * 60 * 1_000;
const ROWS = 1_000;

/**
 * Forgets answers that can no longer be replayed, now and then, away from the requests. Several processes may
 * do it at once.
 */
@Injectable()
export class IdempotencyPurge implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(IdempotencyPurge.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly databases: ModuleDatabases,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running = this.purgeAll();
    }, INTERVAL_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** Purges every module that this process hosts. A database that is away is tried again the next time. */
  async purgeAll(): Promise<void> {
    for (const module of this.databases.modules) {
      await this.purge(module).catch((error: unknown) =>
        this.log.warn(`Old idempotency keys of ${module} stay until the next time: ${String(error)}`),
      );
    }
  }

  private async purge(module: string): Promise<void> {
    let deleted: number;
    do {
      // Skips rows that a request is about to use again.
      [{ deleted }] = await this.databases.of(module).query<{ deleted: number }[]>(
        `with old as (
           delete from idempotency_keys where ctid = any(array(
             select ctid from idempotency_keys where created_at <= clock_timestamp() + $1::float8 * interval '1 millisecond' order by created_at limit $2 for update skip locked))
           returning 1)
         select count(*)::int as deleted from old`,
        [this.clock.aheadMs - IDEMPOTENCY_WINDOW_MS, ROWS],
      );
    } while (deleted === ROWS && !this.stopped);
  }
}
