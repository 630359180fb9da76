import type { EntityManager } from 'typeorm';
import type { Contract } from '../messages/contract';
import type { Envelope } from '../messages/envelope';
import type { Lease } from './lease';
import { affectedRows } from '../database/affected-rows';
import { envelopeFrom, type StoredEnvelope } from './stored-envelope';

/** Lanes from one to another. */
type LaneBounds = Pick<Lease, 'firstLane' | 'lastLane'>;

/** How often a deferred message has failed, and how. */
export interface Failures {
  /** Failures that count as the handler's. */
  attempts: number;
  /** Those that do not: locks that something else held, modules that could not be asked and the like. */
  transientFailures: number;
}

/** A failure as it is stored with the message. */
export interface DeferredFailure extends Failures {
  state: 'retrying' | 'parked';
  /** Null for a parked one. */
  retryInMs: number | null;
  error: string;
  /** Of a message parked because this process is too old for it: the lowest version that can read it. */
  wantsVersion?: number;
}

export interface DeferredMessage extends Failures {
  due: boolean;
  /** Milliseconds since its first failure, by the database's clock. */
  failingForMs: number;
  envelope: Envelope;
}

interface DeferredRow extends Failures {
  due: boolean;
  failingForMs: number;
  envelope: StoredEnvelope;
}

/**
 * The deferred messages of one subscription and one log, each key's in order. Every call belongs in a
 * transaction that holds the lane group's position row.
 */
export class DeferredMessages {
  constructor(
    private readonly subscription: string,
    private readonly log: string,
    /** The versions that this process knows, by the contract's name. */
    private readonly known: ReadonlyMap<string, Pick<Contract, 'version'>>,
  ) {}

  /** Sets a message aside: one that failed, or one that lines up behind an earlier one of its key. */
  async defer(manager: EntityManager, envelope: Envelope, failure?: DeferredFailure): Promise<void> {
    const { generation, tick, seq } = envelope.position;
    const stored = JSON.stringify({
      ...envelope,
      position: { generation, tick: tick.toString(), seq: seq.toString() },
    });
    await manager.query(
      `insert into deferred_messages
         (subscription, log, key, generation, tick, seq, lane, state, attempts, transient_failures, retry_at, failing_since, error, envelope, wants_version)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp() + $11::float8 * interval '1 millisecond',
               case when $12::text is not null then clock_timestamp() end, $12, $13, $14)`,
      [
        this.subscription,
        this.log,
        envelope.subject,
        generation,
        tick.toString(),
        seq.toString(),
        envelope.lane,
        failure?.state ?? 'queued',
        failure?.attempts ?? 0,
        failure?.transientFailures ?? 0,
        failure?.retryInMs ?? null,
        failure?.error ?? null,
        stored,
        failure?.wantsVersion ?? null,
      ],
    );
  }

  /** After another failure of the first message of a key. */
  async failedAgain(manager: EntityManager, envelope: Envelope, failure: DeferredFailure): Promise<void> {
    const { generation, tick, seq } = envelope.position;
    await manager.query(
      `update deferred_messages
       set state = $7, attempts = $8, transient_failures = $9, error = $11, wants_version = $12, failing_since = coalesce(failing_since, clock_timestamp()),
           retry_at = clock_timestamp() + $10::float8 * interval '1 millisecond'
       where subscription = $1 and log = $2 and key = $3 and generation = $4 and tick = $5 and seq = $6`,
      [
        this.subscription,
        this.log,
        envelope.subject,
        generation,
        tick.toString(),
        seq.toString(),
        failure.state,
        failure.attempts,
        failure.transientFailures,
        failure.retryInMs,
        failure.error,
        failure.wantsVersion ?? null,
      ],
    );
  }

  /** After the message was handled. False when it is no longer deferred: another process handled it. */
  async release(manager: EntityManager, envelope: Envelope): Promise<boolean> {
    const { generation, tick, seq } = envelope.position;
    const released = await manager
      .query(
        `delete from deferred_messages where subscription = $1 and log = $2 and key = $3 and generation = $4 and tick = $5 and seq = $6 returning 1`,
        [this.subscription, this.log, envelope.subject, generation, tick.toString(), seq.toString()],
      )
      .then(affectedRows);
    return released.length === 1;
  }

  /** The keys with deferred messages, whichever process works on their lanes. */
  async keys(manager: EntityManager): Promise<string[]> {
    const rows: { key: string }[] = await manager.query(
      'select distinct key from deferred_messages where subscription = $1 and log = $2',
      [this.subscription, this.log],
    );
    return rows.map(({ key }) => key);
  }

  /**
   * The keys of some lanes whose first message is due: to be tried again, left in line by a process that
   * ended while it drained the key, or parked by a process that was too old for it. Those that have waited
   * longest come first, and a key that fails again goes to the end.
   */
  async dueKeys(
    manager: EntityManager,
    lanes: readonly LaneBounds[],
  ): Promise<{ key: string; lane: number }[]> {
    return manager.query(
      `select key, lane from (
         select distinct on (key) key, lane, state, retry_at, deferred_at, wants_version,
                case when wants_version is not null then envelope ->> 'type' end as type
         from deferred_messages where subscription = $1 and log = $2 order by key, generation, tick, seq) first
       where (state = 'queued' or (state = 'retrying' and retry_at <= clock_timestamp())
              or (state = 'parked' and wants_version <= (select version from unnest($5::text[], $6::int[]) as known (name, version) where name = type)))
         and exists (select from unnest($3::smallint[], $4::smallint[]) as mine (first_lane, last_lane) where lane between first_lane and last_lane)
       order by coalesce(retry_at, deferred_at) limit 100`,
      [
        this.subscription,
        this.log,
        lanes.map(({ firstLane }) => firstLane),
        lanes.map(({ lastLane }) => lastLane),
        ...this.knownVersions,
      ],
    );
  }

  /** The first message of a key. */
  async first(manager: EntityManager, key: string): Promise<DeferredMessage | null> {
    const [row]: DeferredRow[] = await manager.query(
      `select attempts, transient_failures as "transientFailures",
              coalesce(extract(epoch from clock_timestamp() - failing_since), 0)::float8 * 1000 as "failingForMs",
              state = 'queued' or (state = 'retrying' and retry_at <= clock_timestamp())
                or (state = 'parked' and wants_version <= (select version from unnest($4::text[], $5::int[]) as known (name, version) where name = envelope ->> 'type'))
                is true as due, envelope
       from deferred_messages
       where subscription = $1 and log = $2 and key = $3 order by generation, tick, seq limit 1`,
      [this.subscription, this.log, key, ...this.knownVersions],
    );
    if (!row) return null;
    const { envelope, ...failures } = row;
    return { ...failures, envelope: envelopeFrom(envelope) };
  }

  private get knownVersions(): [names: string[], versions: number[]] {
    const known = [...this.known];
    return [known.map(([name]) => name), known.map(([, { version }]) => version)];
  }
}
