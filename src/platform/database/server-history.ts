import type { DataSource } from 'typeorm';
import type { PooledClient } from './pooled-client';

/** A tick as the server reported it, with the end of the write-ahead log at that moment. */
export interface ObservedTick {
  generation: number;
  tick: bigint;
  /** When it was taken, as the database writes it: no two ticks of one number have the same. */
  takenAt: string;
  /** Bytes of the write-ahead log at that moment: written, and flushed to disk. */
  written: bigint;
  flushed: bigint;
}

/**
 * The database of a module is not the one that its log was written in: nothing of the module can go on there
 * before an operator has acted.
 */
export class ForeignHistory extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ForeignHistory';
  }
}

interface HistoryRow {
  mark: string;
  foreign_in: 'cluster' | 'timeline' | 'transactions' | 'tick' | null;
}

const REASONS: Record<NonNullable<HistoryRow['foreign_in']>, string> = {
  cluster: 'it was written by another database server (a copy or a restore)',
  timeline: 'it was written on another timeline (a promotion or a restore)',
  transactions: 'its ticks are ahead of the transactions of this server (a copy or a restore)',
  tick: 'the database was restored to an earlier state while this process ran',
};

/** What has not been migrated so far has no history to look at. */
const NOT_MADE_YET = new Set(['42883', '3F000', '42P01']);

const histories = new WeakMap<DataSource, ServerHistory>();

/**
 * What a process knows of the past of a module's server. Each new connection is asked whether the log was
 * written in this server's history, so that nothing is published where it can never be delivered: a promoted
 * or restored server has ended all connections from before. And each tells whether the server has recovered
 * since the last one: then ticks may be gone, and with them what was derived from them.
 */
export class ServerHistory {
  private mark: string | undefined;
  private beginning = Number.POSITIVE_INFINITY;
  private last: ObservedTick | undefined;
  /** A tick that had committed when no more was written than this. */
  private committed: ObservedTick | undefined;
  /** The last tick that is known to be on the disk. */
  private witness: ObservedTick | undefined;

  constructor(private readonly module: string) {}

  /** The history of the server that a module's data source leads to; made at the first call. */
  static of(source: DataSource, module = 'unknown'): ServerHistory {
    let history = histories.get(source);
    if (!history) histories.set(source, (history = new ServerHistory(module)));
    return history;
  }

  /**
   * Since when the server is known not to have recovered or been replaced, by `performance.now()`. What was
   * read later than that was read in the server's present life.
   */
  get since(): number {
    return this.beginning;
  }

  /**
   * Looks at the server behind a new connection. Throws `ForeignHistory`, with the way out, where the module
   * cannot go on there.
   */
  async admit(client: PooledClient): Promise<void> {
    const askedAt = performance.now();
    const { generation = null, tick = null, takenAt = null } = this.witness ?? {};
    const asked = client.query('select * from log_history($1, $2, $3)', [
      generation,
      tick?.toString() ?? null,
      takenAt,
    ]);
    const { rows } = (await asked.catch((error: Error & { code?: string }) => {
      if (NOT_MADE_YET.has(error.code ?? '')) return { rows: [] };
      throw error;
    })) as { rows: HistoryRow[] };
    if (rows.length === 0) return;
    const [{ mark, foreign_in: reason }] = rows;
    this.note(mark, askedAt);
    if (reason !== null) {
      throw new ForeignHistory(
        `The log of "${this.module}" does not belong to the history of its database: ${REASONS[reason]}. Its ticks cannot be read on there, ` +
          `and what is published could not be delivered. Stop every process and run: npm run ops -- begin-generation ${this.module}`,
      );
    }
  }

  /** What a tick has told, which was asked for at `askedAt` on a connection that was open by then. */
  noteTick(mark: string, tick: ObservedTick, askedAt: number): void {
    this.note(mark, askedAt);
    if (this.committed && this.committed.written <= tick.flushed) {
      this.witness = this.committed;
      this.committed = undefined;
    }
    // The tick before has committed by now, and within what is written; this one may have been taken just
    // now.
    if (this.last) this.committed ??= { ...this.last, written: tick.written };
    this.last = tick;
  }

  /** Ticks of an earlier life that were not on the disk are gone: none of them may be asked for later. */
  private note(mark: string, askedAt: number): void {
    if (mark === this.mark) return;
    this.beginning = this.mark === undefined ? askedAt : Math.max(this.beginning, askedAt);
    this.mark = mark;
    this.last = this.committed = undefined;
  }
}
