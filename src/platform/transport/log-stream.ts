import { randomBytes } from 'node:crypto';
import {
  AckPolicy,
  type ConsumerInfo,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  type MsgRequest,
  RetentionPolicy,
  StorageType,
  type StoredMsg,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import type { LogPosition } from '../messages/envelope';
import { comparePositions } from '../log/log-position';
import { replicasOn } from './check-broker';
import { isGenuine } from './keys-of-connection';
import { decodeRecord, type LogRecord } from './log-record';
import { logSubjects, streamOf } from './log-subjects';

/** A question that comes while a cluster elects is never answered, and elections take some seconds. */
const ANSWER_WITHIN_MS = 2_000;
/** The server removes a consumer that is idle for so long. */
const CONSUMER_KEPT_MS = 15_000;
/** So many messages of others are looked at in one place, until something else is tried. */
const MOST_OF_OTHERS = 20;
const STREAM_NOT_FOUND = 10_059;
/** Heads follow one another rarely. */
const LOOKED_BACK = 20;
/**
 * For so long the broker itself refuses what it knows by its id. Nothing depends on it: a relay says what
 * each message follows, readers go by positions. Longer, it would keep a relay from filling a stream again
 * that was emptied.
 */
const DUPLICATES_KNOWN_MS = 1_000;

/** What a stream holds at its end. */
export interface StreamEnd {
  /** The sequence of the last message; 0 in a stream that never had one. */
  sequence: number;
  isEmpty: boolean;
  /**
   * The last record of the relay's; absent in an empty stream, and where nothing of it stands near the end.
   */
  last?: LogRecord;
}

/**
 * The stream of one module's log. Sequences mean something only as long as the stream lives: places are
 * stored as log positions.
 */
export class LogStream {
  readonly name: string;
  private readonly subjects: string;

  private constructor(
    private readonly manager: JetStreamManager,
    private readonly connection: NatsConnection,
    readonly module: string,
  ) {
    this.name = streamOf(module);
    this.subjects = logSubjects(module);
  }

  static async of(connection: NatsConnection, module: string): Promise<LogStream> {
    return new LogStream(
      await jetstreamManager(connection, { checkAPI: false, timeout: ANSWER_WITHIN_MS }),
      connection,
      module,
    );
  }

  /** Makes the stream unless it is there. Everything is kept, as in the log itself. */
  async create(): Promise<void> {
    if (await this.info()) return;
    await this.manager.streams.add({
      name: this.name,
      description: `the log of ${this.module}`,
      subjects: [this.subjects],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      // Where the stream has limits, the relay waits, and no old message is dropped.
      discard: DiscardPolicy.New,
      duplicate_window: nanos(DUPLICATES_KNOWN_MS),
      num_replicas: replicasOn(this.connection),
    });
  }

  /** Undefined when there is no such stream. */
  async info(): Promise<StreamInfo | undefined> {
    try {
      return await this.manager.streams.info(this.name);
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return undefined;
      throw error;
    }
  }

  /** Throws when there is no such stream. */
  async end(): Promise<StreamEnd> {
    const { state } = await this.existing();
    return {
      sequence: state.last_seq,
      isEmpty: state.messages === 0,
      last: state.messages > 0 ? await this.lastGenuine() : undefined,
    };
  }

  /** The sequence of the last message; 0 where there is none. */
  async lastSequence(): Promise<number> {
    return (await this.last())?.seq ?? 0;
  }

  /** Whether the stream still ends with a message of that sequence. */
  async endsAt(sequence: number): Promise<boolean> {
    const info = await this.info();
    return info !== undefined && info.state.messages > 0 && info.state.last_seq === sequence;
  }

  /** The first record; undefined where there is none yet. */
  async first(): Promise<LogRecord | undefined> {
    const info = await this.info();
    const found = info && (await this.look(info.state.first_seq));
    if (!found || found.record) return found?.record;
    // It began before its records were signed, and holds them once more behind those.
    let [low, high] = [found.sequence + 1, info.state.last_seq + 1];
    let first: LogRecord | undefined;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const there = await this.look(middle);
      if (!there) high = middle;
      else if (!there.record) low = there.sequence + 1;
      else [first, high] = [there.record, middle];
    }
    return first;
  }

  /** The last message at or before a sequence, not far from it; undefined where only heads stand there. */
  async messageBefore(sequence: number): Promise<LogRecord | undefined> {
    for (let at = sequence; at > 0 && at > sequence - LOOKED_BACK; at -= 1) {
      const found = await this.from(at);
      if (found?.sequence === at && found.record.message) return found.record;
    }
    return undefined;
  }

  /** The first message at or after a sequence, and where it stands in the stream; heads are passed over. */
  async messageFrom(
    sequence: number,
    last: number,
  ): Promise<{ sequence: number; record: LogRecord } | undefined> {
    for (let at = sequence; at <= last;) {
      const found = await this.from(at);
      if (!found) return undefined;
      if (found.record.message) return found;
      at = found.sequence + 1;
    }
    return undefined;
  }

  /**
   * The record with which the log was read up to exactly there, if the stream holds it where it is looked
   * for: among places that grow.
   */
  async recordThrough(position: LogPosition): Promise<{ sequence: number; record: LogRecord } | undefined> {
    const sequence = (await this.sequenceAfter(position, await this.existing())) - 1;
    const found = sequence > 0 ? await this.from(sequence) : undefined;
    return found?.sequence === sequence && comparePositions(found.record.through, position) === 0
      ? found
      : undefined;
  }

  /**
   * A consumer of what comes after a log position.
   * `everything` begins with the first message, for a stream in which positions do not grow where that cannot
   * be seen at the place.
   */
  async consumerAfter(position: LogPosition, everything: boolean): Promise<ConsumerInfo> {
    const before = await this.existing();
    const consumer = await this.consumerFrom(
      everything ? before.state.first_seq : await this.placeAfter(position, before),
    );
    // In a stream that was made anew in between, the sequence is some other place.
    if ((await this.existing()).created !== before.created)
      throw new Error(`the stream ${this.name} has just been made anew`);
    return consumer;
  }

  /**
   * A consumer of what the stream holds from a sequence on. It gets each message once and in order, or none
   * at all.
   */
  consumerFrom(sequence: number): Promise<ConsumerInfo> {
    return this.manager.consumers.add(this.name, {
      // A client that knows its name could take messages from it.
      name: randomBytes(16).toString('hex'),
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: Math.max(sequence, 1),
      ack_policy: AckPolicy.None,
      inactive_threshold: nanos(CONSUMER_KEPT_MS),
      mem_storage: true,
      num_replicas: 1,
    });
  }

  /** Looks back as far as others' messages may stand behind it. */
  private async lastGenuine(): Promise<LogRecord | undefined> {
    let found = await this.last();
    for (let tried = 1; found && tried < MOST_OF_OTHERS; tried += 1) {
      const record = this.recordOf(found);
      if (record || found.seq <= 1) return record;
      found = await this.manager.streams.getMessage(this.name, { seq: found.seq - 1 }).catch(() => null);
    }
    return undefined;
  }

  private last(): Promise<StoredMsg | null> {
    return this.manager.streams.getMessage(this.name, { last_by_subj: this.subjects });
  }

  private async existing(): Promise<StreamInfo> {
    const info = await this.info();
    if (!info)
      throw new Error(
        `the broker has no stream ${this.name} yet; the process that hosts ${this.module} makes it`,
      );
    return info;
  }

  /**
   * Where to begin to read beyond a log position: with the first message where the place that was found
   * cannot be the right one. Behind the end nothing can be seen yet; what the relay says next tells whether
   * it was.
   */
  private async placeAfter(position: LogPosition, before: StreamInfo): Promise<number> {
    const sequence = await this.sequenceAfter(position, before);
    const found = await this.from(sequence);
    const goesOn = !found || comparePositions(found.record.after, position) <= 0;
    return goesOn ? sequence : before.state.first_seq;
  }

  /** The sequence of the first message beyond a log position, found by halving. */
  private async sequenceAfter(position: LogPosition, { state }: StreamInfo): Promise<number> {
    let low = Math.max(state.first_seq, 1);
    let high = state.last_seq + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = await this.look(middle);
      // What others wrote says nothing. Most of it stands before what was signed.
      if (!found || (found.record && comparePositions(found.record.through, position) > 0)) high = middle;
      else low = found.sequence + 1;
    }
    return low;
  }

  /**
   * The first record at or after a sequence: some messages may have been deleted, and some may be others'.
   */
  private async from(sequence: number): Promise<{ sequence: number; record: LogRecord } | undefined> {
    const found = await this.look(sequence);
    return found?.record && { sequence: found.sequence, record: found.record };
  }

  /** The same, without a record where there are messages and those that were looked at are all others'. */
  private async look(sequence: number): Promise<{ sequence: number; record?: LogRecord } | undefined> {
    for (let tried = 1, next = sequence; ; tried += 1) {
      // The server has known `next_by_subj` here for long; the client's types only know it elsewhere.
      const query = { seq: next, next_by_subj: this.subjects } as MsgRequest;
      const found = await this.manager.streams.getMessage(this.name, query);
      if (!found) return undefined;
      const record = this.recordOf(found);
      if (record || tried === MOST_OF_OTHERS) return { sequence: found.seq, record };
      next = found.seq + 1;
    }
  }

  private recordOf({ subject, data, header }: StoredMsg): LogRecord | undefined {
    const message = { subject, data, headers: header };
    return isGenuine(this.connection, this.module, message) ? decodeRecord(message) : undefined;
  }
}
