import type { Envelope, LogPosition } from '../messages/envelope';
import type { Lease } from './lease';

/** Messages that one transaction handles, the lane groups that it moves, and where to. */
export interface RunningBatch {
  readonly messages: readonly Envelope[];
  readonly leases: readonly Lease[];
  readonly end: LogPosition;
}

/** A transaction that failed; `wasAlone` when no other of its subscription ran at any time beside it. */
export interface FailedBatch extends RunningBatch {
  readonly error: unknown;
  readonly wasAlone: boolean;
}

interface Run {
  batch: RunningBatch;
  wasAlone: boolean;
  over: Promise<void>;
}

/**
 * The transactions of one subscription that run, and those that have failed since it last looked. Their lane
 * groups are busy.
 */
export class RunningBatches {
  private readonly runs = new Set<Run>();
  private failed: FailedBatch[] = [];

  constructor(
    /** Called when one of them is over. */
    private readonly onEnd: () => void,
  ) {}

  get count(): number {
    return this.runs.size;
  }

  get hasFailed(): boolean {
    return this.failed.length > 0;
  }

  /** Whether a lane group is being worked on, or was and has failed. */
  has(lease: Lease): boolean {
    for (const { batch } of this.runs) if (batch.leases.includes(lease)) return true;
    return this.failed.some(({ leases }) => leases.includes(lease));
  }

  /** Begins with a transaction and does not wait for it. */
  begin(batch: RunningBatch, handle: () => Promise<void>): void {
    for (const other of this.runs) other.wasAlone = false;
    const run: Run = { batch, wasAlone: this.runs.size === 0, over: Promise.resolve() };
    this.runs.add(run);
    run.over = handle()
      .catch((error: unknown) => void this.failed.push({ ...batch, error, wasAlone: run.wasAlone }))
      .finally(() => {
        this.runs.delete(run);
        this.onEnd();
      });
  }

  /** Waits until all are over. Answers those that have failed, and forgets them. */
  async end(): Promise<FailedBatch[]> {
    await Promise.all([...this.runs].map(({ over }) => over));
    const { failed } = this;
    this.failed = [];
    return failed;
  }
}
