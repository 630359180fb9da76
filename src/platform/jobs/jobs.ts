import { Inject, Injectable } from '@nestjs/common';
import { type BatchWriter, UnitOfWork } from '../unit-of-work/unit-of-work';
import { currentMessageContext, type MessageContext } from '../messages/message-context';
import { JobRegistry } from './job-registry';
import { JobSignal } from './job-signal';

export interface NewJob {
  /** The type of its `@JobHandler`, which must be in the module that enqueues. */
  type: string;
  /**
   * Names the effect, not the attempt: `<orderId>:authorise`. Among the open jobs of a type it is there once.
   */
  idempotencyKey: string;
  /** Plain data; stored as JSON. */
  payload: object;
  /** Not before this time. Default: at once. */
  runAt?: Date;
}

interface StoredJob extends Omit<NewJob, 'runAt'> {
  headers: MessageContext;
  runAt: Date | null;
}

const newJobs: BatchWriter<StoredJob> = {
  write: (manager, jobs) =>
    manager.query(
      `insert into jobs (type, idempotency_key, payload, headers, run_at)
       select type, idempotency_key, payload, headers, coalesce(run_at, now())
       from unnest($1::text[], $2::text[], $3::jsonb[], $4::jsonb[], $5::timestamptz[]) as job (type, idempotency_key, payload, headers, run_at)
       on conflict (type, idempotency_key) do nothing`,
      [
        jobs.map(({ type }) => type),
        jobs.map(({ idempotencyKey }) => idempotencyKey),
        jobs.map(({ payload }) => JSON.stringify(payload)),
        jobs.map(({ headers }) => JSON.stringify(headers)),
        jobs.map(({ runAt }) => runAt),
      ],
    ),
};

/** Side effects outside the database, promised by the transaction that decides on them and done after it. */
@Injectable()
export class Jobs {
  constructor(
    private readonly work: UnitOfWork,
    private readonly signal: JobSignal,
    @Inject(JobRegistry) private readonly registry: Pick<JobRegistry, 'handledBy'>,
  ) {}

  /**
   * Adds a job to the running unit of work: it exists if and only if that commits. A job that is still open
   * under the same type and key is left as it is. Keys of finished jobs are not remembered: that an effect is
   * not asked for twice is the aggregate's to know. Throws where no class of the module handles the type.
   */
  async enqueue({ type, idempotencyKey, payload, runAt }: NewJob): Promise<void> {
    const module = this.work.module;
    if (!this.work.isTransactional)
      throw new Error('A query must not enqueue jobs. Enqueue from a command or an event handler.');
    if (!type.startsWith(`${module}.`))
      throw new Error(
        `The module "${module}" cannot enqueue "${type}": a job belongs to the module that its type starts with.`,
      );
    if (!this.registry.handledBy.has(type)) throw new Error(this.unhandled(type, module));
    this.work.defer(newJobs, {
      type,
      idempotencyKey,
      payload,
      headers: currentMessageContext(),
      runAt: runAt ?? null,
    });
    this.work.afterCommit(() =>
      this.signal.raise(module, runAt ? Math.max(0, runAt.getTime() - Date.now()) : 0),
    );
  }

  /**
   * Takes back a job of the running module that no runner has touched. True: it was never started and never
   * will be. False: its effect may have happened or may be happening, so its result must be waited for.
   */
  async withdraw(type: string, idempotencyKey: string): Promise<boolean> {
    await this.work.flush();
    // Skipping locked rows keeps this free of deadlocks with a runner that is about to complete the same job.
    const withdrawn: unknown[] = await this.work.manager.query(
      `with untouched as (
         select type, idempotency_key from jobs where type = $1 and idempotency_key = $2 and attempts = 0 for update skip locked
       ), withdrawn as (
         delete from jobs using untouched
         where jobs.type = untouched.type and jobs.idempotency_key = untouched.idempotency_key
         returning 1
       )
       select 1 from withdrawn`,
      [type, idempotencyKey],
    );
    return withdrawn.length > 0;
  }

  private unhandled(type: string, module: string): string {
    const own = [...this.registry.handledBy].filter(([handled]) => handled.startsWith(`${module}.`));
    const known = own.map(([handled, className]) => `"${handled}" (${className})`).join(', ');
    return (
      `No class of the module "${module}" handles the job "${type}", so it would wait for ever. ` +
      `The module handles ${known || 'no jobs'}. Correct the type, or add @JobHandler('${type}') to a class that the module provides.`
    );
  }
}
