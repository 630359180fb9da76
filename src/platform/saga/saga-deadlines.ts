import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../clock';
import { ModuleDatabases } from '../database/module-databases';
import { UnitOfWork } from '../database/unit-of-work';
import { Subscriptions } from '../messaging/subscriptions/subscriptions';
import { type RegisteredSaga, SagaRegistry } from './saga-registry';
import { SagaRuntime } from './saga-runtime';

const LOOK_MS = 500;
const AT_ONCE = 50;

/**
 * Turns processes back whose answer did not come in time. An answer that is already there but not yet handled counts as come:
 * a process waits while its saga is behind, or while one of its messages is held back.
 */
@Injectable()
export class SagaDeadlines implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SagaDeadlines.name);
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly sagas: SagaRegistry,
    private readonly runtime: SagaRuntime,
    private readonly subscriptions: Subscriptions,
    private readonly databases: ModuleDatabases,
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (this.sagas.all.length > 0) this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.looking = this.look()
        .catch((error: Error) => this.logger.warn(`Deadlines could not be looked at and are tried again: ${error.message}`))
        .finally(() => this.schedule());
    }, LOOK_MS);
  }

  private async look(): Promise<void> {
    for (const saga of this.sagas.all) {
      if (this.subscriptions.isCaughtUp(saga.definition.name)) await this.passDeadlines(saga);
    }
  }

  private async passDeadlines(saga: RegisteredSaga): Promise<void> {
    const due: { id: string }[] = await this.databases.of(saga.module).query(
      `select id from sagas s
       where saga = $1 and deadline_at <= $2
         and not exists (select from held_messages h where h.subscription = $1 and (h.subject = s.id or h.envelope -> 'data' ->> $3 = s.id))
       order by deadline_at limit $4`,
      [saga.definition.name, this.clock.now(), saga.definition.correlateBy, AT_ONCE],
    );
    for (const { id } of due) {
      await this.work.run(saga.module, async () => {
        await this.runtime.transition(saga, id, (instance, now) => saga.machine.onDeadline(instance, now));
      });
    }
  }
}
