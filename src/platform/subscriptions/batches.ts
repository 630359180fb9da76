import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import { failpoint } from '../kernel/failpoints';
import type { Envelope, LogPosition } from '../messages/envelope';
import type { Consumer } from './consumer';
import { deliver } from './deliver';
import { FencedError } from './failure';
import { type HeldLeases, touchedBy } from './held-leases';
import type { Lease } from './lease';
import type { LoneFailure } from './lone-failure';
import { LOCK_WAIT_MS } from './patience';
import type { RetryQueue } from './retry-queue';

/** Handles messages together with the move of their positions: both take effect, or neither. */
export class Batches {
  constructor(
    private readonly consumer: Consumer,
    private readonly work: UnitOfWork,
    private readonly leases: HeldLeases,
    private readonly retries: RetryQueue,
    private readonly lone: LoneFailure,
  ) {}

  /**
   * Handles messages of some lane groups in one transaction that moves those groups to `end`. Messages of a
   * key that is set aside line up behind it. Throws what the transaction failed with, and `FencedError` when
   * a lane group has changed hands.
   */
  async handle(
    messages: readonly Envelope[],
    leases: readonly Lease[],
    end: LogPosition,
    lockWaitMs?: number,
  ): Promise<void> {
    const touched = touchedBy(messages, leases);
    const queued = messages.filter((message) => this.retries.isDeferred(message.subject));
    const free = messages.filter((message) => !this.retries.isDeferred(message.subject));
    failpoint('batch.before-begin');
    await this.work.run(this.consumer.module, async () => {
      // The server moves them before anything else is done; only the end has to know that they were still
      // this process's own.
      const moved = this.leases.move(touched, end);
      moved.catch(() => undefined);
      const handling = async (): Promise<void> => {
        if (lockWaitMs !== undefined) await this.work.limitLockWait(lockWaitMs);
        for (const message of queued) await this.retries.deferBehind(message);
        await deliver(this.consumer, free);
      };
      // What fails because the positions could not be moved is no message's fault.
      await handling().catch(async (error: unknown) => {
        await moved;
        throw error;
      });
      await moved;
      failpoint('position.before-commit');
    });
    failpoint('position.after-commit');
    this.retries.noteHandled(free.length);
    for (const lease of touched) lease.stored = lease.scanned = end;
  }

  /**
   * Handles one message while nothing of its subscription runs beside it. It steps aside when the failure is
   * its own.
   */
  async handleAlone(message: Envelope, leases: readonly Lease[]): Promise<void> {
    try {
      await this.handle([message], leases, message.position, LOCK_WAIT_MS);
    } catch (error) {
      if (error instanceof FencedError || !this.mayDefer(message, error)) throw error;
      await this.defer(message, leases, error);
    }
  }

  mayDefer(message: Envelope, error: unknown): boolean {
    return this.lone.mayDefer(message.id, error, this.retries.handled);
  }

  /** The key of a failed message steps aside so that its lane goes on. */
  async defer(message: Envelope, leases: readonly Lease[], error: unknown): Promise<void> {
    const touched = touchedBy([message], leases);
    await this.retries.defer(message, error, () => this.leases.move(touched, message.position));
    for (const lease of touched) lease.stored = lease.scanned = message.position;
  }
}
