import { backoff } from '../kernel/backoff';
import type { DataSource, EntityManager } from 'typeorm';

/** A process whose deadline has passed. */
export interface DueDeadline {
  id: string;
  /** How often it has been tried in vain. */
  failures: number;
}

/** The processes of one saga whose deadlines have passed, by the database's clock. */
export interface DueDeadlines {
  /** What the database's clock said, with what a test has moved it by. */
  now: Date;
  due: DueDeadline[];
}

/** Full jitter: deadlines that failed together are tried again apart. */
const BACKOFF = { firstMs: 1_000, longestMs: 5 * 60_000, jitter: 'full' } as const;

/** Deadlines that have passed, and those that could not be acted upon. All times are the database's. */
export class DueDeadlinesTable {
  constructor(
    private readonly database: DataSource,
    private readonly saga: string,
  ) {}

  /**
   * The oldest first, at most `limit`. Left out is what failed and waits for its next try, so that it does
   * not keep others from being looked at, and a process of which a message is deferred. `aheadMs` is added to
   * the clock.
   */
  async look(correlateBy: string, aheadMs: number, limit: number): Promise<DueDeadlines> {
    const rows: { now: Date; id: string | null; failures: number | null }[] = await this.database.query(
      `select time.now, due.id, due.failures
       from (select clock_timestamp() + $3::float8 * interval '1 millisecond' as now) time
       left join lateral (
         select s.id, coalesce(f.failures, 0) as failures from sagas s left join saga_deadline_failures f using (saga, id)
         where s.saga = $1 and s.deadline_at <= time.now and (f.retry_at is null or f.retry_at <= clock_timestamp())
           and not exists (select from deferred_messages h where h.subscription = $1 and (h.key = s.id or h.envelope -> 'data' ->> $2 = s.id))
         order by s.deadline_at limit $4
       ) due on true`,
      [this.saga, correlateBy, aheadMs, limit],
    );
    return {
      now: rows[0].now,
      due: rows.flatMap(({ id, failures }) => (id === null ? [] : [{ id, failures: failures ?? 0 }])),
    };
  }

  /** Writes a failure down, and when the deadline is tried again: later each time. */
  async failed({ id, failures }: DueDeadline, error: string): Promise<void> {
    await this.database.query(
      `insert into saga_deadline_failures as known (saga, id, failures, error, retry_at)
       values ($1, $2, $3, $4, clock_timestamp() + $5::float8 * interval '1 millisecond')
       on conflict (saga, id) do update set failures = excluded.failures, error = excluded.error, retry_at = excluded.retry_at`,
      [this.saga, id, failures + 1, error, backoff(failures + 1, BACKOFF)],
    );
  }

  /** The failures of a process are over, in the transaction that acts on its deadline. */
  async succeeded(manager: EntityManager, id: string): Promise<void> {
    await manager.query('delete from saga_deadline_failures where saga = $1 and id = $2', [this.saga, id]);
  }

  /** Forgets the failures of processes that have gone on in another way. */
  async forgetOthers(aheadMs: number): Promise<void> {
    await this.database.query(
      `delete from saga_deadline_failures f where saga = $1 and not exists (
         select from sagas s where s.saga = f.saga and s.id = f.id and s.deadline_at <= clock_timestamp() + $2::float8 * interval '1 millisecond')`,
      [this.saga, aheadMs],
    );
  }
}
