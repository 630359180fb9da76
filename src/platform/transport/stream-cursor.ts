import type { ConsumerInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LogPosition } from '../messages/envelope';
import { ConnectionLost, onConnectionLost } from './connection-loss';
import { isGenuine } from './keys-of-connection';
import { decodeRecord, type LogRecord } from './log-record';
import { LogStream } from './log-stream';
import { ForeignStream } from './foreign-stream';
import { PullBatch, type PulledMessage, type PullEnd } from './pull-batch';
import { RecordChain } from './record-chain';

const EXPIRES_MS = 5_000;
const HEARTBEAT_MS = 1_000;
/**
 * Asked for at once, whichever comes first. What is on its way to all readers of a process has to fit into
 * the server's buffer for a client, 64 MB.
 */
const FETCH_SIZE = 1_000;
export const PULL_BYTES = 2_000_000;
/** What the server counts beside a message itself. */
const BESIDES_BYTES = 8_192;
/** A server that lets messages be larger than this is not known. */
const MOST_BYTES = 256_000_000;

/** A request for fewer bytes than a message has brings nothing. */
export const minPullBytes = (connection: NatsConnection): number =>
  (connection.info?.max_payload ?? 1_048_576) + BESIDES_BYTES;

/** A stream lacks messages of its log. */
export class LogGap extends Error {
  constructor(stream: string, from: LogPosition, to: LogPosition) {
    super(
      `the stream ${stream} lacks messages between generation ${from.generation}, tick ${from.tick}, seq ${from.seq} and generation ${to.generation}, ` +
        `tick ${to.tick}, seq ${to.seq} of the log: some were removed from it. Remove the whole stream, and the relay fills it again from the log: nats stream rm ${stream}`,
    );
    this.name = 'LogGap';
  }
}

/** The node of a cluster that serves a reader has not got what the leader has, and gets nothing more. */
export class StalledNode extends Error {
  constructor(node: string | undefined, stream: string, sequence: number) {
    super(
      `the node ${node ?? 'of the broker'} has stopped at message ${sequence} of the stream ${stream}, which is longer. Another node is tried; ` +
        `restart that one, and when it stays so remove its copy: nats stream cluster peer-remove ${stream} <node>`,
    );
    this.name = 'StalledNode';
  }
}

/**
 * Reads a stream on from a log position, in order and with nothing left out; what came twice is dropped. It
 * gives up at anything doubtful (a lost message or connection, a consumer or stream that is gone): make
 * another one at the last position then.
 */
export class StreamCursor {
  private delivered = 0;
  /** How far it has come in the stream. */
  private sequence: number;
  /** What was missing, and how long the stream was, when nothing came the last time. */
  private silence: { gapBefore?: LogPosition; lastSequence: number } | undefined;
  private fetching: PullBatch | undefined;
  private lastEnd: PullEnd | undefined;
  private enlarged = 0;
  private isClosed = false;
  private readonly chain: RecordChain;

  private constructor(
    private readonly connection: NatsConnection,
    private readonly stream: LogStream,
    private readonly consumer: ConsumerInfo,
    position?: LogPosition,
    identity?: string,
  ) {
    this.chain = new RecordChain(position, identity);
    this.sequence = (consumer.config.opt_start_seq ?? 1) - 1;
  }

  /**
   * `identity` is that of the log that was read up to there; unknown, it is that of the first record that
   * comes.
   */
  static async at(
    connection: NatsConnection,
    module: string,
    position: LogPosition,
    everything = false,
    identity?: string,
  ): Promise<StreamCursor> {
    const stream = await LogStream.of(connection, module);
    return new StreamCursor(
      connection,
      stream,
      await stream.consumerAfter(position, everything),
      position,
      identity,
    );
  }

  /**
   * Begins with the message of a sequence. Without a position, that one is where it begins in the log, too.
   */
  static async from(
    connection: NatsConnection,
    module: string,
    sequence: number,
    position?: LogPosition,
    identity?: string,
  ): Promise<StreamCursor> {
    const stream = await LogStream.of(connection, module);
    return new StreamCursor(connection, stream, await stream.consumerFrom(sequence), position, identity);
  }

  /** How many messages there were when it was made. */
  get pending(): number {
    return this.consumer.num_pending;
  }

  /** Whether it has read so far beyond something missing that this will hardly come any more. */
  get isStuck(): boolean {
    return this.chain.isStuck;
  }

  /** Which log it reads; undefined as long as no record said so. */
  get identity(): string | undefined {
    return this.chain.identity;
  }

  /** What is missing as far as it has read; the relay may still send it. */
  get gap(): LogGap | undefined {
    const { reached, gapBefore } = this.chain;
    return reached && gapBefore && new LogGap(this.stream.name, reached, gapBefore);
  }

  /**
   * Up to `limit` of the stream's messages and up to so many bytes of them, as they come; fewer when there
   * are no more for some seconds.
   */
  async *next(limit: number, bytes = PULL_BYTES): AsyncGenerator<LogRecord> {
    const before = this.delivered;
    const fetching = new PullBatch(this.connection, {
      stream: this.stream.name,
      consumer: this.consumer.name,
      messages: limit,
      bytes: Math.max(bytes, minPullBytes(this.connection), this.enlarged),
      expiresMs: EXPIRES_MS,
      heartbeatMs: HEARTBEAT_MS,
    });
    this.fetching = fetching;
    if (this.isClosed) fetching.stop();
    const ignoreLoss = onConnectionLost(this.connection, () => fetching.stop(new ConnectionLost()));
    try {
      const messages = fetching.messages();
      for (;;) {
        const { value, done } = await messages.next();
        if (done) {
          this.lastEnd = value;
          break;
        }
        const record = this.accept(value);
        if (record) yield record;
      }
    } finally {
      ignoreLoss();
      fetching.stop();
    }
    if (this.lastEnd === 'expired') await this.hearSilence();
    if (this.lastEnd === 'full' && this.delivered === before) this.enlarge();
  }

  /** The next message is larger than the server takes by now: it was stored when more was allowed. */
  private enlarge(): void {
    this.enlarged = 2 * Math.max(this.enlarged, minPullBytes(this.connection));
    if (this.enlarged > MOST_BYTES)
      throw new Error(
        `the stream ${this.stream.name} holds a message that is larger than ${MOST_BYTES} bytes`,
      );
  }

  /**
   * Gives up when nothing has come for some seconds that was missing before already: here it will hardly come
   * any more.
   */
  private async hearSilence(): Promise<void> {
    const { gapBefore, foreign } = this.chain;
    if (foreign !== undefined)
      throw new ForeignStream(
        this.stream.module,
        `${this.stream.name} goes on with another log (${foreign}) than was read so far (${this.identity})`,
      );
    if (this.gap && this.silence?.gapBefore === gapBefore) throw this.gap;
    // Of the nodes of a cluster only the leader has to be asked: one whose stream stands still does not know
    // that.
    if (this.silence && this.sequence < this.silence.lastSequence) {
      throw new StalledNode(this.consumer.cluster?.leader, this.stream.name, this.sequence);
    }
    this.silence = { gapBefore, lastSequence: await this.stream.lastSequence() };
  }

  /**
   * What the stream held when this was made; not all of it where it is stuck. Throws when some of it does not
   * come.
   */
  async *untilEnd(bytes = PULL_BYTES): AsyncGenerator<LogRecord> {
    for (let left = this.pending; left > 0 && !this.isStuck;) {
      const before = this.delivered;
      yield* this.next(Math.min(left, FETCH_SIZE), bytes);
      left -= this.delivered - before;
      if (left > 0 && this.lastEnd !== 'full')
        throw new Error(`the stream ${this.stream.name} could not be read to its end`);
    }
  }

  /** Ends it on this side. The server removes an idle consumer: no login may remove any. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.fetching?.stop();
  }

  private accept({ message, sequence, delivery }: PulledMessage): LogRecord | undefined {
    this.delivered += 1;
    this.sequence = sequence;
    if (delivery !== this.delivered) throw new Error('a message was lost on its way from the broker');
    const wire = { subject: message.subject, data: message.data, headers: message.headers };
    return isGenuine(this.connection, this.stream.module, wire)
      ? this.chain.accept(decodeRecord(wire))
      : undefined;
  }
}
