import type { DataSource } from 'typeorm';
import { isConnected } from '../kernel/process-liveness';
import type { LogPosition } from '../messages/envelope';
import { LogHistory } from '../log/log-history';
import { affectedRows } from '../database/affected-rows';

/** The right to carry a module's log to the broker, for a time limit by the database's clock. */
export interface RelayTerm {
  readonly epoch: string;
  /** By this process's monotonic clock, in milliseconds: it ends no later than in the database. */
  until: number;
  /** How far the broker had acknowledged when it began, in any process; absent where no relay has been. */
  readonly acknowledged?: LogPosition;
}

interface LeaseRow {
  epoch: string;
  generation: number | null;
  tick: string | null;
  seq: string | null;
}

/**
 * One relay at a time carries a module's log. A row in the module's schema says which; another one takes over
 * when its time is over.
 */
export class RelayLease {
  /** What the leased log is. */
  readonly history: LogHistory;

  constructor(
    private readonly database: DataSource,
    private readonly owner: string,
    readonly leaseMs: number,
  ) {
    this.history = new LogHistory(database);
  }

  /** A new term; undefined while another process has one. */
  async take(): Promise<RelayTerm | undefined> {
    const until = performance.now() + this.leaseMs;
    const [row] = await this.update<LeaseRow>(
      `update log_relay r set owner = $1, epoch = r.epoch + 1, leased_until = clock_timestamp() + $2::float8 * interval '1 millisecond'
       where r.owner is null or r.owner = $1 or r.leased_until < clock_timestamp() or not ${isConnected('r.owner')}
       returning epoch, generation, tick, seq`,
      [this.owner, this.leaseMs],
    );
    if (!row) return undefined;
    const { epoch, generation, tick, seq } = row;
    if (generation === null || tick === null || seq === null) return { epoch, until };
    return { epoch, until, acknowledged: { generation, tick: BigInt(tick), seq: BigInt(seq) } };
  }

  /**
   * Stores how far the broker has acknowledged, and puts the end of the term off. False when the term is
   * over.
   */
  async keep(term: RelayTerm, position: LogPosition): Promise<boolean> {
    const until = performance.now() + this.leaseMs;
    const kept = await this.update(
      `update log_relay set leased_until = clock_timestamp() + $3::float8 * interval '1 millisecond',
         generation = $4, tick = $5, seq = $6, moved_at = clock_timestamp()
       where owner = $1 and epoch = $2 returning 1`,
      [
        this.owner,
        term.epoch,
        this.leaseMs,
        position.generation,
        position.tick.toString(),
        position.seq.toString(),
      ],
    );
    if (kept.length === 0) return false;
    term.until = until;
    return true;
  }

  /** Ends a term early, so that the next relay need not wait. */
  async giveBack(term: RelayTerm): Promise<void> {
    await this.database.query(
      `update log_relay set owner = null, leased_until = '-infinity' where owner = $1 and epoch = $2`,
      [this.owner, term.epoch],
    );
  }

  private async update<T>(statement: string, parameters: unknown[]): Promise<T[]> {
    return affectedRows(await this.database.query<T[]>(statement, parameters));
  }
}
