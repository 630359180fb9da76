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

const COLUMNS =
  "o.seq, o.id, o.kind, o.aggregatetype, o.aggregateid, o.type, o.version, o.payload, o.headers, o.lane, o.key_version, date_part('epoch', o.created_at) * 1000 as created_ms";

/**
 * One branch for what came between the bounds of a window, in the order of an index, so that no more of it is looked at than the page
 * takes; and one for transactions that the first snapshot saw running: they may have drawn their numbers long before, and are few
 * (`offset 0` has them found by the primary key). Windows come in their order, so that those beyond the limit are not looked into.
 */
const READ_WINDOWS = `
  select w.tick, page.*
  from (select t.tick, t.snapshot as closes, t.closes_at, p.snapshot as opens, p.opens_after,
               case t.tick when $2 + 1 then $4 else 0 end as read
        from ticks t
        cross join lateral (select p.snapshot, p.opens_after from ticks p where p.generation = $1 and p.tick = t.tick - 1 offset 0) p
        where t.generation = $1 and t.tick > $2 and t.tick <= coalesce($3, (select h.tick from log_head h))
        order by t.tick offset 0) w
  cross join lateral (
    (select ${COLUMNS} from outbox o
     where o.generation = $1 and o.seq > greatest(w.opens_after, w.read) and o.seq <= w.closes_at
       and not pg_visible_in_snapshot(o.xid, w.opens) and pg_visible_in_snapshot(o.xid, w.closes)
     order by o.seq limit $5)
    union all
    (select ${COLUMNS}
     from pg_snapshot_xip(w.opens) as running
     cross join lateral (select * from outbox r where r.generation = $1 and r.xid = running offset 0) o
     where o.seq > w.read and o.seq <= w.opens_after and pg_visible_in_snapshot(o.xid, w.closes)
     order by o.seq limit $5)
    order by seq limit $5) page
  order by w.tick, page.seq
  limit $5`;

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
