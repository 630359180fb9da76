import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { isConnected } from '../kernel/process-liveness';
import type { MessageContext } from '../messages/message-context';
import { PROCESS_ID } from '../kernel/process-id';

/** A job that this process may perform until its lock runs out. */
export interface ClaimedJob {
  type: string;
  idempotencyKey: string;
  payload: object;
  headers: MessageContext;
  attempt: number;
  failures: number;
  transientFailures: number;
  /** Milliseconds since the first failure, by the database's clock. */
  failingForMs: number;
  /** The next claim of the job gets another token, which invalidates this one. */
  claim: string;
}

export interface Wanted {
  type: string;
  /** How many to claim at most. */
  free: number;
  lockMs: number;
}

/** The `jobs` table of one module: one method for each statement. All times are the database's. */
export class JobTable {
  constructor(private readonly database: DataSource) {}

  /**
   * Claims what is due, oldest first for each type. Rows that another process is claiming are passed over.
   */
  claim(wanted: readonly Wanted[]): Promise<ClaimedJob[]> {
    return this.database.query(
      `with due as (
         select job.type, job.idempotency_key, wanted.lock_ms
         from unnest($1::text[], $2::int[], $3::int[]) as wanted (type, free, lock_ms)
         cross join lateral (
           select j.type, j.idempotency_key from jobs j
           where j.type = wanted.type and j.parked_at is null and j.run_at <= now() and j.locked_until <= now()
           order by j.run_at limit wanted.free
           for update skip locked
         ) job
       ), claimed as (
         update jobs set claim = $4, owner = $5, attempts = attempts + 1, locked_until = now() + due.lock_ms * interval '1 millisecond'
         from due where jobs.type = due.type and jobs.idempotency_key = due.idempotency_key
         returning jobs.*
       )
       select type, idempotency_key as "idempotencyKey", payload, headers, attempts as attempt, failures, transient_failures as "transientFailures",
              coalesce(extract(epoch from clock_timestamp() - failing_since), 0)::float8 * 1000 as "failingForMs", claim
       from claimed order by run_at`,
      [
        wanted.map((w) => w.type),
        wanted.map((w) => w.free),
        wanted.map((w) => w.lockMs),
        uuidv7(),
        PROCESS_ID,
      ],
    );
  }

  /**
   * Frees the jobs of processes that were killed before their locks expire. A process that only seemed
   * to be gone finds its claim lost and drops what it brings. Returns how many jobs are free again.
   */
  async releaseAbandoned(): Promise<number> {
    const [{ released }]: [{ released: number }] = await this.database.query(
      `with abandoned as (
         select type, idempotency_key from jobs j where j.locked_until > now() and j.owner <> $1 and not ${isConnected('j.owner')} for update skip locked
       ), released as (
         update jobs set claim = null, owner = null, locked_until = '-infinity'
         from abandoned where jobs.type = abandoned.type and jobs.idempotency_key = abandoned.idempotency_key
         returning 1
       )
       select count(*)::int as released from released`,
      [PROCESS_ID],
    );
    return released;
  }

  /**
   * Ends jobs in the caller's transaction and returns those that were still its to end. It also locks out
   * every other claim of them until the transaction is over, which is what fences a process that slept
   * through its lock.
   */
  static async finish(manager: EntityManager, jobs: readonly ClaimedJob[]): Promise<Set<ClaimedJob>> {
    const finished: { position: number }[] = await manager.query(
      `with finished as (
         delete from jobs using unnest($1::text[], $2::text[], $3::uuid[]) with ordinality as mine (type, idempotency_key, claim, position)
         where jobs.type = mine.type and jobs.idempotency_key = mine.idempotency_key and jobs.claim = mine.claim
         returning mine.position::int as position
       )
       select position from finished`,
      [jobs.map((job) => job.type), jobs.map((job) => job.idempotencyKey), jobs.map((job) => job.claim)],
    );
    return new Set(finished.map(({ position }) => jobs[position - 1]));
  }

  /**
   * Gives a job back after a failure: to be tried again after `delayMs`, or parked. A transient one uses up
   * no attempt.
   */
  async fail(
    job: ClaimedJob,
    error: string,
    next: { delayMs: number } | 'park',
    isTransient = false,
  ): Promise<void> {
    await this.database.query(
      `update jobs set failures = failures + case when $6::boolean then 0 else 1 end,
         transient_failures = transient_failures + case when $6::boolean then 1 else 0 end,
         failing_since = coalesce(failing_since, clock_timestamp()), last_error = $4, claim = null, owner = null, locked_until = '-infinity',
         run_at = now() + coalesce($5::int, 0) * interval '1 millisecond', parked_at = case when $5::int is null then now() end
       where type = $1 and idempotency_key = $2 and claim = $3`,
      [
        job.type,
        job.idempotencyKey,
        job.claim,
        error,
        next === 'park' ? null : Math.round(next.delayMs),
        isTransient,
      ],
    );
  }
}
