import type { EntityManager } from 'typeorm';
import type { Envelope } from '../envelope';
import { affectedRows } from './move-positions';

export type HeldState = 'retrying' | 'parked' | 'queued';

export interface HeldMessage {
  state: HeldState;
  attempts: number;
  due: boolean;
  envelope: Envelope;
}

interface HeldRow {
  state: HeldState;
  attempts: number;
  due: boolean;
  envelope: Omit<Envelope, 'position' | 'time'> & { position: { generation: number; tick: string; seq: string }; time: string };
}

/** The messages that one subscription holds back from one log, each key's in order. Every call belongs in a transaction that holds the lane group's position row. */
export class HeldMessages {
  constructor(
    private readonly subscription: string,
    private readonly log: string,
  ) {}

  /** Sets messages aside: the first of a key to be tried again or parked, later ones lined up behind it. */
  async hold(
    manager: EntityManager,
    envelope: Envelope,
    state: HeldState,
    attempts: number,
    retryInMs: number | null,
    error: string | null,
  ): Promise<void> {
    const { generation, tick, seq } = envelope.position;
    const stored = JSON.stringify({ ...envelope, position: { generation, tick: tick.toString(), seq: seq.toString() } });
    await manager.query(
      `insert into held_messages (subscription, log, subject, generation, tick, seq, lane, state, attempts, retry_at, error, envelope)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp() + $10::float8 * interval '1 millisecond', $11, $12)`,
      [
        this.subscription,
        this.log,
        envelope.subject,
        generation,
        tick.toString(),
        seq.toString(),
        envelope.lane,
        state,
        attempts,
        retryInMs,
        error,
        stored,
      ],
    );
  }

  /** After another failure of the first message of a key. */
  async failedAgain(
    manager: EntityManager,
    envelope: Envelope,
    state: HeldState,
    attempts: number,
    retryInMs: number | null,
    error: string,
  ): Promise<void> {
    const { generation, tick, seq } = envelope.position;
    await manager.query(
      `update held_messages set state = $7, attempts = $8, error = $10, retry_at = clock_timestamp() + $9::float8 * interval '1 millisecond'
       where subscription = $1 and log = $2 and subject = $3 and generation = $4 and tick = $5 and seq = $6`,
      [this.subscription, this.log, envelope.subject, generation, tick.toString(), seq.toString(), state, attempts, retryInMs, error],
    );
  }

  /** After the message was handled. False when it is no longer held: somebody else handled it. */
  async release(manager: EntityManager, envelope: Envelope): Promise<boolean> {
    const { generation, tick, seq } = envelope.position;
    const released = await manager
      .query(
        `delete from held_messages where subscription = $1 and log = $2 and subject = $3 and generation = $4 and tick = $5 and seq = $6 returning 1`,
        [this.subscription, this.log, envelope.subject, generation, tick.toString(), seq.toString()],
      )
      .then(affectedRows);
    return released.length === 1;
  }

  /** The keys that are held back in some lanes. */
  async subjects(manager: EntityManager): Promise<{ subject: string; lane: number }[]> {
    return manager.query('select distinct subject, lane from held_messages where subscription = $1 and log = $2', [
      this.subscription,
      this.log,
    ]);
  }

  /** The keys whose first message is due: to be tried again, or left in line by a process that ended while it drained the key. */
  async dueSubjects(manager: EntityManager): Promise<{ subject: string; lane: number }[]> {
    return manager.query(
      `select subject, lane from (
         select distinct on (subject) subject, lane, state, retry_at from held_messages
         where subscription = $1 and log = $2 order by subject, generation, tick, seq) first
       where state = 'queued' or (state = 'retrying' and retry_at <= clock_timestamp()) limit 100`,
      [this.subscription, this.log],
    );
  }

  /** The first message of a key. */
  async first(manager: EntityManager, subject: string): Promise<HeldMessage | null> {
    const [row]: HeldRow[] = await manager.query(
      `select state, attempts, state = 'queued' or (state = 'retrying' and retry_at <= clock_timestamp()) as due, envelope from held_messages
       where subscription = $1 and log = $2 and subject = $3 order by generation, tick, seq limit 1`,
      [this.subscription, this.log, subject],
    );
    if (!row) return null;
    const { position, time, ...rest } = row.envelope;
    return {
      state: row.state,
      attempts: row.attempts,
      due: row.due,
      envelope: {
        ...rest,
        time: new Date(time),
        position: { generation: position.generation, tick: BigInt(position.tick), seq: BigInt(position.seq) },
      },
    };
  }
}
