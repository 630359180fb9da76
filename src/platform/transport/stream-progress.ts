import type { NatsConnection } from '@nats-io/transport-node';
import type { LogPosition } from '../messages/envelope';
import { comparePositions } from '../log/log-position';
import { keysOf } from './keys-of-connection';
import type { LogRecord } from './log-record';
import type { LogStream } from './log-stream';
import { StreamCursor } from './stream-cursor';

/**
 * More messages than stand behind one that had to give way, unless another publisher sends them by the
 * thousand.
 */
const LOOKED_BACK = 5_000;

/** How far a reader gets in a stream. */
export interface StreamProgress {
  /** The sequence at the stream's end; 0 in one that never had a message. */
  readonly sequence: number;
  /**
   * The record that says how far; absent in an empty stream, and in one that nothing of the relay's stands
   * in.
   */
  readonly record?: LogRecord;
  /** The last record of all. It says something else where it does not follow. */
  readonly last?: LogRecord;
}

/**
 * Looks from the place on that the broker is known to have acknowledged; from one not too far from the end
 * where that is not found.
 */
export async function progressOf(
  connection: NatsConnection,
  stream: LogStream,
  acknowledged?: LogPosition,
): Promise<StreamProgress> {
  const { sequence, isEmpty, last } = await stream.end();
  if (isEmpty) return { sequence };
  const found = acknowledged && (await stream.recordThrough(acknowledged));
  const known = found && found.sequence > sequence - LOOKED_BACK ? found : undefined;
  let record = known?.record;
  if (known?.sequence !== sequence) {
    const begin = known ? known.sequence + 1 : sequence + 1 - LOOKED_BACK;
    const cursor = await StreamCursor.from(
      connection,
      stream.module,
      begin,
      record?.through,
      record?.identity,
    );
    try {
      for await (const next of cursor.untilEnd()) record = next;
      // Nothing of it is the relay's own: it was filled before records were signed, or with another key.
      if (!record && cursor.pending > 0 && keysOf(connection)) return { sequence };
    } finally {
      await cursor.close();
    }
  }
  // A node of a cluster that is not up to date.
  if (!record) throw new Error(`the end of the stream ${stream.name} cannot be read yet`);
  return { sequence, record, last };
}

/** Where the last message stands up to a record. */
export const lastMessageOf = (record: LogRecord): LogPosition =>
  record.message ? record.position : record.after;

/**
 * The last message of a stream as a reader gets it, with its id; undefined where only heads stand near its
 * end.
 */
export async function lastMessageWithin(
  stream: LogStream,
  { sequence, record }: StreamProgress,
): Promise<LogRecord | undefined> {
  if (!record || record.message) return record;
  const found = await stream.messageBefore(sequence);
  return found && comparePositions(found.position, record.after) === 0 ? found : undefined;
}
