import { type ConsumerInfo, type ConsumerMessages, jetstream, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LogPosition } from '../messaging/envelope';
import { ConnectionLost, onConnectionLost } from './connection-loss';
import { isGenuine } from './keys-of-connection';
import { decodeRecord, type LogRecord } from './log-record';
import { LogStream } from './log-stream';
import { ForeignStream } from './foreign-stream';
import { RecordChain } from './record-chain';

const EXPIRES_MS = 5_000;
const HEARTBEAT_MS = 1_000;
/** Asked for at once: what is on its way has to fit into the server's buffer for a client, 64 MB, so messages may have 64 KB on average. */
const FETCH_SIZE = 1_000;

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
export class NodeStandsStill extends Error {
  constructor(node: string | undefined, stream: string, sequence: number) {
    super(
      `the node ${node ?? 'of the broker'} has stopped at message ${sequence} of the stream ${stream}, which is longer. Another node is tried; ` +
        `restart that one, and when it stays so remove its copy: nats stream cluster peer-remove ${stream} <node>`,
    );
    this.name = 'NodeStandsStill';
  }
}

/**
 * Reads a stream on from a log position, in order and with nothing left out; what came twice is dropped. It gives up at anything
 * doubtful (a lost message or connection, a consumer or stream that is gone): make another one at the last position then.
 */
export class StreamCursor {
  private delivered = 0;
  /** How far it has come in the stream. */
  private sequence: number;
  /** What was missing, and how long the stream was, when nothing came the last time. */
  private silence: { gapBefore?: LogPosition; lastSequence: number } | undefined;
  private fetching: ConsumerMessages | undefined;
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

  /** `identity` is that of the log that was read up to there; unknown, it is that of the first record that comes. */
  static async at(
    connection: NatsConnection,
    module: string,
    position: LogPosition,
    everything = false,
    identity?: string,
  ): Promise<StreamCursor> {
    const stream = await LogStream.of(connection, module);
    return new StreamCursor(connection, stream, await stream.consumerAfter(position, everything), position, identity);
  }

  /** Begins with the message of a sequence. Without a position, that one is where it begins in the log, too. */
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

  /** Up to `limit` of the stream's messages, as they come; fewer when there are no more for some seconds. */
  async *next(limit: number): AsyncGenerator<LogRecord> {
    const end = this.delivered + limit;
    const consumer = jetstream(this.connection).consumers.getConsumerFromInfo(this.consumer);
    const fetching = await consumer.fetch({ max_messages: limit, expires: EXPIRES_MS, idle_heartbeat: HEARTBEAT_MS });
    this.fetching = fetching;
    if (this.isClosed) fetching.stop();
    // The client itself would stop watching for heartbeats, and ask for the consumer every ten seconds until somebody answers.
    const ignoreLoss = onConnectionLost(this.connection, () => fetching.stop(new ConnectionLost()));
    try {
      for await (const message of fetching) {
        const record = this.accept(message);
        if (record) yield record;
      }
    } finally {
      ignoreLoss();
      fetching.stop();
    }
    if (this.delivered < end) await this.hearSilence();
  }

  /** Gives up when nothing has come for some seconds that was missing before already: here it will hardly come any more. */
  private async hearSilence(): Promise<void> {
    const { gapBefore, foreign } = this.chain;
    if (foreign !== undefined)
      throw new ForeignStream(
        this.stream.module,
        `${this.stream.name} goes on with another log (${foreign}) than was read so far (${this.identity})`,
      );
    if (this.gap && this.silence?.gapBefore === gapBefore) throw this.gap;
    // Of the nodes of a cluster only the leader has to be asked: one whose stream stands still does not know that.
    if (this.silence && this.sequence < this.silence.lastSequence) {
      throw new NodeStandsStill(this.consumer.cluster?.leader, this.stream.name, this.sequence);
    }
    this.silence = { gapBefore, lastSequence: await this.stream.lastSequence() };
  }

  /** What the stream held when this was made; not all of it where it is stuck. Throws when some of it does not come. */
  async *untilEnd(): AsyncGenerator<LogRecord> {
    for (let left = this.pending; left > 0 && !this.isStuck; left -= FETCH_SIZE) {
      const through = this.delivered + Math.min(left, FETCH_SIZE);
      yield* this.next(through - this.delivered);
      if (this.delivered < through) throw new Error(`the stream ${this.stream.name} could not be read to its end`);
    }
  }

  /** Ends it on this side. The server removes the consumer when nobody has asked for it for a while: no login may remove any. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.fetching?.stop();
  }

  private accept(message: JsMsg): LogRecord | undefined {
    this.delivered += 1;
    this.sequence = message.seq;
    if (message.info.deliverySequence !== this.delivered) throw new Error('a message was lost on its way from the broker');
    const wire = { subject: message.subject, data: message.data, headers: message.headers };
    return isGenuine(this.connection, this.stream.module, wire) ? this.chain.accept(decodeRecord(wire)) : undefined;
  }
}
