import { failpoint } from '../../failpoints';
import type { MessageContext } from '../message-context';
import type { Envelope, LogPosition } from '../envelope';

interface Row {
  tick: string;
  seq: string;
  id: string;
  kind: 'event' | 'command';
  aggregatetype: string;
  aggregateid: string;
  type: string;
  version: number;
  payload: Record<string, unknown>;
  headers: MessageContext & { rules?: string };
  lane: number;
  key_version: string;
  created_ms: number;
}

/** The server plans it in one way only, whatever its statistics say: see the function's migration. */
const READ_WINDOWS = 'select * from read_windows($1, $2, $3, $4, $5)';

/** What asks the server for rows: a connection of the log's owner, or its pool. */
export interface Asking {
  query(text: string, values: unknown[]): Promise<unknown[]>;
}

/**
 * The messages of a module's log after a position, in the one order that every reader sees, up to and including the window that
 * tick `throughTick` closes; without it, up to the last tick there is when the server comes to it. With the rights of the log's owner.
 */
export async function readWindows(
  owner: Asking,
  source: string,
  after: LogPosition,
  throughTick: bigint | null,
  limit: number,
): Promise<Envelope[]> {
  const parameters = [after.generation, after.tick.toString(), throughTick?.toString() ?? null, after.seq.toString(), limit];
  const rows = (await owner.query(READ_WINDOWS, parameters)) as Row[];
  failpoint('window.read');
  return rows.map((row) => ({
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
    data: row.payload,
    // A message between tick n and tick n + 1 stands at (n, seq): the tick of a position is the last one wholly read.
    position: { generation: after.generation, tick: BigInt(row.tick) - 1n, seq: BigInt(row.seq) },
  }));
}
