import type { LogPosition } from '../messages/envelope';
import type { Queryable } from './read-window';

/** What identifies a log among all logs of its module. */
export interface LogIdentity {
  readonly identity: string;
  /**
   * The stream that this log goes on behind although it is another log's; absent where the stream is its own
   * from the beginning.
   */
  readonly follows?: {
    /** Absent for a stream that was filled before logs had identities. */
    readonly identity?: string;
    /** How far that stream may go. */
    readonly through: LogPosition;
    /** Where this log begins behind it. */
    readonly begins: LogPosition;
  };
}

/** How a place relates to a log: it lies in it, beyond its end, or where the log went another way before. */
export type Standing = 'within' | 'beyond' | 'elsewhere';

interface IdentityRow {
  identity: string;
  first_generation: number | null;
  first_seq: string;
  follows_identity: string | null;
  follows_generation: number;
  follows_tick: string;
  follows_seq: string;
}

/**
 * By the ticks alone: a message may be looked for in a window long after it was closed, in another cluster.
 */
const HOLDS = `
  exists (select from outbox o
          join ticks p on p.generation = o.generation and p.tick = $2
          join ticks c on c.generation = o.generation and c.tick = $2 + 1
          where o.generation = $1 and o.seq = $3 and o.id = $4
            and pg_visible_in_snapshot(o.xid, c.snapshot) and not pg_visible_in_snapshot(o.xid, p.snapshot))`;

/**
 * What the database of a log's owner says about the log as a whole. With the owner's rights, and its schema
 * on the search path.
 */
export class LogHistory {
  constructor(private readonly owner: Queryable) {}

  async identity(): Promise<LogIdentity> {
    const [row] = (await this.owner.query('select * from log_identity', [])) as IdentityRow[];
    if (row.first_generation === null) return { identity: row.identity };
    return {
      identity: row.identity,
      follows: {
        identity: row.follows_identity ?? undefined,
        through: {
          generation: row.follows_generation,
          tick: BigInt(row.follows_tick),
          seq: BigInt(row.follows_seq),
        },
        begins: { generation: row.first_generation, tick: 0n, seq: BigInt(row.first_seq) },
      },
    };
  }

  /** Where the log ends: what its last tick has closed. */
  async end(): Promise<LogPosition> {
    const [head] = (await this.owner.query('select generation, tick from log_head', [])) as {
      generation: number;
      tick: string;
    }[];
    return { generation: head.generation, tick: BigInt(head.tick), seq: 0n };
  }

  /** How a place, up to which the log is said to have been read, relates to it. */
  async standing({ generation, tick, seq }: LogPosition): Promise<Standing> {
    const [row] = (await this.owner.query(
      'select h.generation as head, (select max(t.tick) from ticks t where t.generation = $1) as last from log_head h',
      [generation],
    )) as { head: number; last: string | null }[];
    if (generation > row.head) return 'beyond';
    if (row.last === null) return 'elsewhere';
    const last = BigInt(row.last);
    if (tick < last || (tick === last && seq === 0n)) return 'within';
    return generation === row.head ? 'beyond' : 'elsewhere';
  }

  /** Whether a message stands in the log, at exactly this place. */
  async holds({ generation, tick, seq }: LogPosition, id: string): Promise<boolean> {
    const [row] = (await this.owner.query(`select ${HOLDS} as holds`, [
      generation,
      tick.toString(),
      seq.toString(),
      id,
    ])) as {
      holds: boolean;
    }[];
    return row.holds;
  }

  /** Those of these messages that are in the log, wherever. */
  async known(ids: readonly string[]): Promise<Set<string>> {
    const rows = (await this.owner.query('select distinct id from outbox where id = any ($1::uuid[])', [
      ids,
    ])) as { id: string }[];
    return new Set(rows.map(({ id }) => id));
  }
}
