import { failpoint } from '../kernel/failpoints';
import type { MessageContext } from '../messages/message-context';
import type { Envelope, LogPosition } from '../messages/envelope';
import { cacheSize } from '../messages/message-size';

export interface Row {
  tick: string;
  seq: string;
  id: string;
  kind: 'event' | 'command';
  aggregatetype: string;
  aggregateid: string;
  type: string;
  version: number;
  /** JSON, as text: so that its size is known without writing it once more. */
  payload: string;
  headers: MessageContext & Pick<Envelope, 'rules' | 'readableSince'>;
  lane: number;
  key_version: string;
  created_ms: number;
  bytes_so_far: string;
}

/** The server plans it in one way only, whatever its statistics say: see the function's migration. */
const READ_WINDOWS = 'read_windows($1, $2, $3, $4, $5)';
const COLUMNS =
  'tick, seq, id, kind, aggregatetype, aggregateid, type, version, headers, lane, key_version, created_ms';

/**
 * Ends with the message that takes the page to its limit in bytes, before it has left the server. The rows
 * have their order already, and keep it.
 */
const READ_WITHIN_BYTES = `
  select ${COLUMNS}, payload, bytes_so_far
  from (select p.*, sum(octet_length(p.payload)) over (order by p.place rows unbounded preceding) as bytes_so_far
        from (select ${COLUMNS}, payload::text as payload, place
              from ${READ_WINDOWS} with ordinality as r (tick, seq, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version, created_ms, place)
              offset 0) p) w
  where bytes_so_far - octet_length(payload) < $6
  order by place`;

/** A tick as the server reports it. */
export interface TickRow {
  current_generation: number;
  current_tick: string;
  taken_at: string;
  mark: string;
  written: string;
  flushed: string;
}

/** How much of a log is read at once: whichever of the two comes first. */
export interface PageLimit {
  readonly messages: number;
  /** Of the messages' data as JSON. The message that reaches it is the last one. */
  readonly bytes: number;
}

/** What asks the server for rows: a connection of the log's owner, or its pool. */
export interface Queryable {
  query(text: string, values: unknown[]): Promise<unknown[]>;
}

/**
 * The messages of a module's log after a position, in the one order that every reader sees, up to and
 * including the window that tick `throughTick` closes; without it, up to the last tick there is when the
 * server comes to it. With the rights of the log's owner.
 */
export async function readWindows(
  owner: Queryable,
  source: string,
  after: LogPosition,
  throughTick: bigint | null,
  limit: number,
): Promise<Envelope[]> {
  return (
    await readWindowsWithin(owner, source, after, throughTick, {
      messages: limit,
      bytes: Number.MAX_SAFE_INTEGER,
    })
  ).messages;
}

/** The same within a limit in bytes too; `isFull` where there may be more within the windows. */
export async function readWindowsWithin(
  owner: Queryable,
  source: string,
  after: LogPosition,
  throughTick: bigint | null,
  limit: PageLimit,
): Promise<{ messages: Envelope[]; isFull: boolean }> {
  const { generation, tick, seq } = after;
  const parameters = [
    generation,
    tick.toString(),
    throughTick?.toString() ?? null,
    seq.toString(),
    limit.messages,
    limit.bytes,
  ];
  return windowsOf((await owner.query(READ_WITHIN_BYTES, parameters)) as Row[], source, generation, limit);
}

/**
 * Takes a tick if the log has grown, and reads the windows after tick `after.tick` up to it, in one
 * statement.
 */
export async function tickAndRead(
  owner: Queryable,
  source: string,
  { generation, tick }: Pick<LogPosition, 'generation' | 'tick'>,
  limit: PageLimit,
): Promise<{ tick: TickRow; messages: Envelope[]; isFull: boolean }> {
  const parameters = [generation, tick.toString(), limit.messages, limit.bytes];
  const rows = (await owner.query('select * from tick_and_read($1, $2, $3, $4)', parameters)) as (TickRow &
    (Row | { id: null }))[];
  const messages = rows.filter((row): row is TickRow & Row => row.id !== null);
  return { tick: rows[0], ...windowsOf(messages, source, generation, limit) };
}

function windowsOf(
  rows: readonly Row[],
  source: string,
  generation: number,
  limit: PageLimit,
): { messages: Envelope[]; isFull: boolean } {
  failpoint('window.read');
  const isFull = rows.length === limit.messages || Number(rows.at(-1)?.bytes_so_far ?? 0) >= limit.bytes;
  return { messages: rows.map((row) => envelopeOf(row, source, generation)), isFull };
}

/** The message of a row whose `tick` is the one that lets it be read. */
export function envelopeOf(row: Row, source: string, generation: number): Envelope {
  const message: Envelope = {
    id: row.id,
    type: row.type,
    version: row.version,
    source,
    kind: row.kind,
    subject: row.aggregateid,
    aggregateType: row.aggregatetype,
    keyVersion: Number(row.key_version),
    lane: row.lane,
    time: new Date(row.created_ms),
    correlationId: row.headers.correlationId,
    causationId: row.headers.causationId,
    traceparent: row.headers.traceparent,
    rules: row.headers.rules,
    readableSince: row.headers.readableSince,
    data: JSON.parse(row.payload) as Record<string, unknown>,
    // A message between tick n and tick n + 1 stands at (n, seq): the tick of a position is the last one
    // wholly read.
    position: { generation, tick: BigInt(row.tick) - 1n, seq: BigInt(row.seq) },
  };
  cacheSize(message, row.payload.length);
  return message;
}
