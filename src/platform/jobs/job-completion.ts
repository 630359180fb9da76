import { setImmediate as nextTurn } from 'node:timers/promises';
import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import { failpoint } from '../kernel/failpoints';
import { withMessageContext } from '../messages/message-context';
import type { DurableJob } from './job-handler';
import { type ClaimedJob, JobTable } from './job-table';

/** A job whose effect has happened and whose result waits to be recorded. */
interface Performed {
  job: ClaimedJob;
  handler?: Pick<DurableJob<object, unknown>, 'prefetch'>;
  complete: () => Promise<void>;
  resolve: (outcome: Completion) => void;
  reject: (error: unknown) => void;
}

/** How long a result that is recorded alone waits for a lock: results of other jobs wait behind it. */
const LOCK_WAIT_MS = 500;

/** `taken-over`: another process has claimed the job since, and will record its result. */
export type Completion = 'completed' | 'taken-over';

const BATCH = 32;

/**
 * Records the results of one module's jobs. Results that come together share a transaction, which makes a
 * busy provider cheap; when that fails, each is recorded alone, so that one bad result spoils no other.
 */
export class JobCompletion {
  private waiting: Performed[] = [];
  private recording = false;

  constructor(
    private readonly module: string,
    private readonly work: UnitOfWork,
  ) {}

  /** Runs `complete` and deletes the job in one unit of work, unless the claim was lost. */
  record(
    job: ClaimedJob,
    complete: () => Promise<void>,
    handler?: Pick<DurableJob<object, unknown>, 'prefetch'>,
  ): Promise<Completion> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ job, handler, complete, resolve, reject });
      if (!this.recording) void this.recordAll();
    });
  }

  private async recordAll(): Promise<void> {
    this.recording = true;
    await nextTurn();
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH);
      const together =
        batch.length > 1 &&
        (await this.commit(batch).then(
          () => true,
          () => false,
        ));
      if (!together) await this.recordOneByOne(batch);
    }
    this.recording = false;
  }

  private async recordOneByOne(batch: readonly Performed[]): Promise<void> {
    for (const performed of batch) {
      const { headers } = performed.job;
      await withMessageContext(headers, () => this.commit([performed], LOCK_WAIT_MS)).catch(performed.reject);
    }
  }

  private async commit(batch: readonly Performed[], lockWaitMs?: number): Promise<void> {
    const mine = await this.work.run(this.module, async () => {
      if (lockWaitMs !== undefined) await this.work.limitLockWait(lockWaitMs);
      const finished = await JobTable.finish(
        this.work.manager,
        batch.map(({ job }) => job),
      );
      const still = batch.filter(({ job }) => finished.has(job));
      for (const handler of new Set(still.map((performed) => performed.handler)))
        await handler?.prefetch?.(
          still.filter((performed) => performed.handler === handler).map(({ job }) => job.payload),
        );
      for (const { job, complete } of still) await withMessageContext(job.headers, complete);
      failpoint('job.completed');
      return finished;
    });
    for (const { job, resolve } of batch) resolve(mine.has(job) ? 'completed' : 'taken-over');
  }
}
