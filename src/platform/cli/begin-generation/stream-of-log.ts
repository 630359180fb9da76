import type { NatsConnection } from '@nats-io/transport-node';
import type { Envelope, LogPosition } from '../../messages/envelope';
import { comparePositions } from '../../log/log-position';
import type { LogHistory } from '../../log/log-history';
import type { LogRecord } from '../../transport/log-record';
import { LogStream } from '../../transport/log-stream';
import { StreamCursor } from '../../transport/stream-cursor';
import { lastMessageWithin, progressOf } from '../../transport/stream-progress';

/** What two logs have in different places is where they part. What comes later is counted only. */
const READ_AT_MOST = 20_000;

/** What the broker's stream holds that the log of the database does not. */
export interface Divergence {
  /** The stream's identity; absent where it was filled before logs had one. */
  readonly identity?: string;
  /** How far the stream goes. */
  readonly through: LogPosition;
  /** The last message that both hold, in the same place; undefined where they have nothing in common. */
  readonly common?: LogPosition;
  /**
   * The ids of the first messages in the stream beyond that. The log may have some of them in another place.
   */
  readonly read: readonly string[];
  /**
   * What is in the stream and not, or not any more, in the log: readers elsewhere have handled it, or still
   * will.
   */
  readonly lost: { readonly messages: number; readonly types: ReadonlyMap<string, number> };
}

/**
 * Compares a stream with the log in a database. Undefined where there is no stream yet, or the log goes on
 * where the stream ends.
 */
export async function divergenceOf(
  connection: NatsConnection,
  module: string,
  history: LogHistory,
): Promise<Divergence | undefined> {
  const stream = await LogStream.of(connection, module);
  if (!(await stream.info())) return undefined;
  const progress = await progressOf(connection, stream);
  if (!progress.record) return undefined;
  const { identity, through } = progress.record;
  const own = await history.identity();
  // It was looked at before, and nothing has come since.
  if (own.follows && own.follows.identity === identity && comparePositions(through, own.follows.through) <= 0)
    return undefined;
  const message = await lastMessageWithin(stream, progress);
  const isOwn =
    (identity === undefined || identity === own.identity) &&
    (await history.standing(through)) === 'within' &&
    (!message || (await holds(history, message)));
  if (isOwn) return undefined;
  const boundary = await lastInCommon(stream, progress.sequence, history);
  return { identity, through, ...(await beyond(connection, stream, boundary, progress.sequence, history)) };
}

/** By halving: what comes after a message that only one of the two holds is in common no more. */
async function lastInCommon(
  stream: LogStream,
  last: number,
  history: LogHistory,
): Promise<{ sequence: number; record: LogRecord } | undefined> {
  let found: { sequence: number; record: LogRecord } | undefined;
  let [low, high] = [1, last + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const candidate = await stream.messageFrom(middle, last);
    if (candidate && (await holds(history, candidate.record))) {
      found = candidate;
      low = candidate.sequence + 1;
    } else high = middle;
  }
  return found;
}

const holds = (history: LogHistory, { message }: LogRecord): Promise<boolean> =>
  history.holds(message!.position, message!.id);

/**
 * What the stream has beyond the boundary: read as far as it may hold messages that the log has in another
 * place, counted beyond that.
 */
async function beyond(
  connection: NatsConnection,
  stream: LogStream,
  boundary: { sequence: number; record: LogRecord } | undefined,
  last: number,
  history: LogHistory,
): Promise<Pick<Divergence, 'common' | 'read' | 'lost'>> {
  let common = boundary?.record.position;
  const read: Envelope[] = [];
  const first = (boundary?.sequence ?? 0) + 1;
  if (first <= last) {
    const cursor = await StreamCursor.from(connection, stream.module, first);
    try {
      for await (const { message } of cursor.untilEnd()) {
        if (message) read.push(message);
        if (read.length === READ_AT_MOST) break;
      }
    } finally {
      await cursor.close();
    }
  }
  // Of transactions that committed side by side, some may be there and others not.
  let shared = 0;
  for (const [index, { position, id }] of read.entries()) {
    if (!common || position.generation !== common.generation || position.tick !== common.tick) break;
    if (await history.holds(position, id)) [common, shared] = [position, index + 1];
  }
  read.splice(0, shared);
  const known = await history.known(read.map(({ id }) => id));
  const types = new Map<string, number>();
  for (const { id, type } of read) if (!known.has(id)) types.set(type, (types.get(type) ?? 0) + 1);
  const unread = Math.max(0, last - first + 1 - READ_AT_MOST);
  return {
    common,
    read: read.map(({ id }) => id),
    lost: { messages: read.length - known.size + unread, types },
  };
}
