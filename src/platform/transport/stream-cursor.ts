import { type ConsumerInfo, type ConsumerMessages, jetstream, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LogPosition } from '../messaging/envelope';
import { comparePositions } from '../messaging/log/log-position';
import { decodeRecord, type LogRecord } from './log-record';
import { LogStream } from './log-stream';

const EXPIRES_MS = 10_000;
const HEARTBEAT_MS = 1_000;

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

/**
 * Reads a stream on from a log position, in order and with nothing left out; what came twice is dropped. It gives up at anything
 * doubtful (a lost message, a consumer or stream that is gone): make another one at the last position then.
 */
export class StreamCursor {
  private delivered = 0;
  private fetching: ConsumerMessages | undefined;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly connection: NatsConnection,
    private readonly stream: LogStream,
    private readonly consumer: ConsumerInfo,
    private position: LogPosition,
  ) {}

  static async at(connection: NatsConnection, module: string, position: LogPosition, everything = false): Promise<StreamCursor> {
    const stream = await LogStream.of(connection, module);
    return new StreamCursor(connection, stream, await stream.consumerAfter(position, everything), position);
  }

  /** How many messages there were when it was made. */
  get pending(): number {
    return this.consumer.num_pending;
  }

  /** Up to `limit` of the stream's messages, as they come; fewer when there are no more for some seconds. */
  async *next(limit: number): AsyncGenerator<LogRecord> {
    const consumer = jetstream(this.connection).consumers.getConsumerFromInfo(this.consumer);
    this.fetching = await consumer.fetch({ max_messages: limit, expires: EXPIRES_MS, idle_heartbeat: HEARTBEAT_MS });
    if (this.closing) this.fetching.stop();
    for await (const message of this.fetching) {
      const record = this.accept(message);
      if (record) yield record;
    }
  }

  /** Once, however often it is called: a cluster never answers the second of two requests to remove the same consumer. */
  close(): Promise<void> {
    return (this.closing ??= this.release());
  }

  private async release(): Promise<void> {
    this.fetching?.stop();
    // The server removes it by itself when it cannot be told.
    await this.stream.removeConsumer(this.consumer.name).catch(() => undefined);
  }

  private accept(message: JsMsg): LogRecord | undefined {
    this.delivered += 1;
    if (message.info.deliverySequence !== this.delivered) throw new Error('a message was lost on its way from the broker');
    const record = decodeRecord({ subject: message.subject, data: message.data, headers: message.headers });
    if (comparePositions(record.through, this.position) <= 0) return undefined;
    if (comparePositions(record.after, this.position) > 0) throw new LogGap(this.stream.name, this.position, record.after);
    const isNew = comparePositions(record.position, this.position) > 0;
    this.position = record.through;
    return isNew ? record : { ...record, message: undefined };
  }
}
