import { affectedRows } from '../database/affected-rows';
import { isConnected } from '../kernel/process-liveness';
import { failpoint } from '../kernel/failpoints';
import { PROCESS_ID } from '../kernel/process-id';
import type { LogPosition } from '../messages/envelope';
import { FencedError } from './failure';
import type { LaneRange } from './lane-groups';
import type { Lease, PositionRow } from './lease';

/** A connection of the module that the subscriptions belong to, its pool, or a running transaction. */
interface Queryable {
  query(text: string, parameters?: unknown[]): Promise<unknown>;
}

/** A subscription's messages of one log. */
export interface SubscribedLog {
  readonly subscription: string;
  readonly log: string;
}

export interface StoredPosition extends PositionRow {
  owner: string | null;
  free: boolean;
  paused: boolean;
}

/** A lane group with what is set aside in it, for operators. */
export interface PositionWithCounts extends Omit<PositionRow, 'epoch'> {
  owner: string | null;
  paused: boolean;
  retrying: number;
  parked: number;
  queued: number;
  stalled_since: Date | null;
  stalled_by: string | null;
}

const COLUMNS = 'subscription, log, lane_group, first_lane, last_lane, generation, tick, seq, epoch';
/** The lease has expired, or its owner has disconnected. A false positive is safe: the epoch fences it. */
const FREE = `(p.owner is null or p.leased_until < clock_timestamp() or not ${isConnected('p.owner')})`;
const IN_MILLISECONDS = (parameter: string): string =>
  `clock_timestamp() + ${parameter}::float8 * interval '1 millisecond'`;

/**
 * All statements about the positions of a module's subscriptions: how far each lane group has come, and which
 * process holds its lease. Times are the database's. Leases end by themselves; a position is moved only by
 * the epoch that holds its lane group.
 */
export class PositionStore {
  constructor(private readonly connection: Queryable) {}

  /** How many lane groups are stored of each subscription and log. */
  async counts(): Promise<Map<string, number>> {
    const rows = await this.rows<SubscribedLog & { stored: number }>(
      'select subscription, log, count(*)::int as stored from subscription_positions group by subscription, log',
      [],
    );
    return new Map(rows.map((row) => [keyOf(row), row.stored]));
  }

  /**
   * Makes a subscription's lane groups on a log, beginning at `start`, unless there are some. Answers how
   * many there are.
   */
  async register(
    { subscription, log }: SubscribedLog,
    ranges: readonly LaneRange[],
    start: LogPosition,
  ): Promise<number> {
    await this.connection.query(
      `insert into subscription_positions (subscription, log, lane_group, first_lane, last_lane, generation, tick, seq)
       select $1, $2, r.lane_group, r.first_lane, r.last_lane, $6, $7, $8
       from unnest($3::smallint[], $4::smallint[], $5::smallint[]) as r (lane_group, first_lane, last_lane)
       where not exists (select from subscription_positions where subscription = $1 and log = $2)
       on conflict do nothing`,
      [
        subscription,
        log,
        ranges.map((r) => r.laneGroup),
        ranges.map((r) => r.firstLane),
        ranges.map((r) => r.lastLane),
        start.generation,
        start.tick.toString(),
        start.seq.toString(),
      ],
    );
    const [{ stored }] = await this.rows<{ stored: number }>(
      'select count(*)::int as stored from subscription_positions where subscription = $1 and log = $2',
      [subscription, log],
    );
    return stored;
  }

  /** Every lane group of the module, with its owner and whether its lease may be taken. */
  all(): Promise<StoredPosition[]> {
    return this.rows(
      `select ${COLUMNS}, owner, ${FREE} as free, s.paused
       from subscription_positions p join subscriptions s using (subscription) order by subscription, log, lane_group`,
      [],
    );
  }

  /** The lane groups whose lease a process holds. */
  heldBy(owner: string, { subscription, log }: SubscribedLog): Promise<PositionRow[]> {
    return this.rows(
      `select ${COLUMNS} from subscription_positions
       where owner = $1 and leased_until > clock_timestamp() and subscription = $2 and log = $3 order by lane_group`,
      [owner, subscription, log],
    );
  }

  /** How far a subscription has come in each lane group of each log. */
  of(subscription: string): Promise<{ log: string; generation: number; tick: string; seq: string }[]> {
    return this.rows(
      'select log, generation, tick, seq from subscription_positions where subscription = $1',
      [subscription],
    );
  }

  /** Every lane group with what is set aside in it, for operators. */
  withCounts(): Promise<PositionWithCounts[]> {
    return this.rows(
      `select p.subscription, p.log, p.lane_group, p.first_lane, p.last_lane, p.generation, p.tick, p.seq, s.paused, p.stalled_since, p.stalled_by,
              case when p.leased_until > clock_timestamp() then p.owner end as owner,
              coalesce(h.retrying, 0)::int as retrying, coalesce(h.parked, 0)::int as parked, coalesce(h.queued, 0)::int as queued
       from subscription_positions p
       join subscriptions s using (subscription)
       left join lateral (
         select count(*) filter (where state = 'retrying') as retrying, count(*) filter (where state = 'parked') as parked,
                count(*) filter (where state = 'queued') as queued
         from deferred_messages h where h.subscription = p.subscription and h.log = p.log and h.lane between p.first_lane and p.last_lane
       ) h on true
       order by p.subscription, p.log, p.lane_group`,
      [],
    );
  }

  /** In a transaction: no batch of the subscription commits until it ends. */
  async lock(subscription: string): Promise<void> {
    await this.connection.query(
      'select 1 from subscription_positions where subscription = $1 order by log, lane_group for update',
      [subscription],
    );
  }

  /**
   * Moves the stored positions of some lane groups in the running transaction, by compare-and-set on epoch
   * and position, and holds their rows until it ends. Throws `FencedError` when any of them changed hands. A
   * position may have gone on from where this process knows it: a renewal of the lease takes it as far as was
   * read without finding anything to handle.
   */
  async move(leases: readonly Lease[], to: LogPosition, leaseMs: number): Promise<void> {
    failpoint('position.before-move');
    const [{ subscription, log }] = leases;
    const moved = await this.changed(
      `with wanted as (
       select * from unnest($3::smallint[], $4::bigint[], $5::int[], $6::bigint[], $7::bigint[], $8::int[], $9::bigint[], $10::bigint[])
         as w (lane_group, epoch, stored_generation, stored_tick, stored_seq, scanned_generation, scanned_tick, scanned_seq)
     ), held as (
       select p.lane_group from subscription_positions p join wanted w using (lane_group, epoch)
       where p.subscription = $1 and p.log = $2
         and (p.generation, p.tick, p.seq) between (stored_generation, stored_tick, stored_seq) and (scanned_generation, scanned_tick, scanned_seq)
       order by p.lane_group for update of p
     )
     update subscription_positions p
     set generation = $11, tick = $12, seq = $13, moved_at = clock_timestamp(), leased_until = ${IN_MILLISECONDS('$14')}
     from held where p.subscription = $1 and p.log = $2 and p.lane_group = held.lane_group
     returning 1`,
      [
        subscription,
        log,
        leases.map((lease) => lease.laneGroup),
        leases.map((lease) => lease.epoch.toString()),
        ...columnsOf(leases.map((lease) => lease.stored)),
        ...columnsOf(leases.map((lease) => lease.scanned)),
        to.generation,
        to.tick.toString(),
        to.seq.toString(),
        leaseMs,
      ],
    );
    if (moved.length !== leases.length) throw new FencedError(subscription, log);
    failpoint('position.after-move');
  }

  /**
   * Renews leases and stores how far their lane groups were read without finding anything to handle. Skips
   * those that a batch is moving. Answers those that were renewed.
   */
  renew(
    owner: string,
    leases: readonly Lease[],
    leaseMs: number,
  ): Promise<(SubscribedLog & Pick<PositionRow, 'lane_group'>)[]> {
    return this.changed(
      `with mine as (
         select * from unnest($2::text[], $3::text[], $4::smallint[], $5::bigint[], $6::int[], $7::bigint[], $8::bigint[], $9::int[], $10::bigint[], $11::bigint[])
           as m (subscription, log, lane_group, epoch, from_generation, from_tick, from_seq, to_generation, to_tick, to_seq)
       ), held as (
         select m.* from subscription_positions p join mine m using (subscription, log, lane_group, epoch)
         where p.owner = $1
           and (p.generation, p.tick, p.seq) between (from_generation, from_tick, from_seq) and (to_generation, to_tick, to_seq)
         for update of p skip locked
       )
       update subscription_positions p
       set leased_until = ${IN_MILLISECONDS('$12')}, generation = h.to_generation, tick = h.to_tick, seq = h.to_seq
       from held h where p.subscription = h.subscription and p.log = h.log and p.lane_group = h.lane_group
       returning p.subscription, p.log, p.lane_group`,
      [
        owner,
        leases.map((l) => l.subscription),
        leases.map((l) => l.log),
        leases.map((l) => l.laneGroup),
        leases.map((l) => l.epoch.toString()),
        ...columnsOf(leases.map((l) => l.stored)),
        ...columnsOf(leases.map((l) => l.scanned)),
        leaseMs,
      ],
    );
  }

  /** Takes free leases, each with a new epoch, unless they have changed since they were looked at. */
  async take(owner: string, rows: readonly PositionRow[], leaseMs: number): Promise<void> {
    await this.connection.query(
      `with wanted as (
         select * from unnest($2::text[], $3::text[], $4::smallint[], $5::bigint[]) as w (subscription, log, lane_group, epoch)
       ), free as (
         select w.* from subscription_positions p join wanted w using (subscription, log, lane_group, epoch)
         where ${FREE} for update of p skip locked
       )
       update subscription_positions p
       set owner = $1, epoch = p.epoch + 1, leased_until = ${IN_MILLISECONDS('$6')},
           stalled_since = null, stalled_by = null
       from free f where p.subscription = f.subscription and p.log = f.log and p.lane_group = f.lane_group`,
      [owner, ...keysOf(rows), rows.map((r) => r.epoch), leaseMs],
    );
    failpoint('lease.taken');
  }

  /**
   * A batch that still runs in these lane groups holds their rows, so the change waits for it; the next batch
   * finds its epoch old.
   */
  async giveBack(owner: string, rows: readonly PositionRow[]): Promise<void> {
    await this.connection.query(
      `update subscription_positions p set owner = null, leased_until = '-infinity', epoch = p.epoch + 1
       from unnest($2::text[], $3::text[], $4::smallint[]) as g (subscription, log, lane_group)
       where p.owner = $1 and p.subscription = g.subscription and p.log = g.log and p.lane_group = g.lane_group`,
      [owner, ...keysOf(rows)],
    );
  }

  /** Gives all leases of a process back. */
  async giveAllBack(owner: string): Promise<void> {
    await this.connection.query(
      `update subscription_positions set owner = null, leased_until = '-infinity' where owner = $1`,
      [owner],
    );
  }

  /**
   * Notes for operators why the lane groups that this process works on do not go on, and since when; null
   * when they go on again. Never waits for a batch that holds the rows.
   */
  async noteStall({ subscription, log }: SubscribedLog, error: string | null): Promise<void> {
    await this.connection.query(
      `with free as (
         select lane_group from subscription_positions where subscription = $1 and log = $2 and owner = $3 order by lane_group for update skip locked
       )
       update subscription_positions p
       set stalled_by = $4, stalled_since = case when $4::text is not null then coalesce(p.stalled_since, clock_timestamp()) end
       from free where p.subscription = $1 and p.log = $2 and p.lane_group = free.lane_group`,
      [subscription, log, PROCESS_ID, error],
    );
  }

  private async rows<Row>(text: string, parameters: unknown[]): Promise<Row[]> {
    return (await this.connection.query(text, parameters)) as Row[];
  }

  private async changed<Row>(text: string, parameters: unknown[]): Promise<Row[]> {
    return affectedRows((await this.connection.query(text, parameters)) as Row[]);
  }
}

export const keyOf = ({ subscription, log }: SubscribedLog): string => `${subscription} ${log}`;

const keysOf = (rows: readonly PositionRow[]): unknown[][] => [
  rows.map((r) => r.subscription),
  rows.map((r) => r.log),
  rows.map((r) => r.lane_group),
];

const columnsOf = (positions: readonly LogPosition[]): unknown[][] => [
  positions.map(({ generation }) => generation),
  positions.map(({ tick }) => tick.toString()),
  positions.map(({ seq }) => seq.toString()),
];
