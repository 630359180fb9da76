import type { DataSource } from 'typeorm';

interface Place {
  generation: number;
  xid: string;
}

// The key of a log leads to what was written after a tick; the time alone would have every message looked at.
const LAST_TICK_BEFORE = `
  select generation, pg_snapshot_xmin(snapshot)::text as xid from ticks where at < $1
  order by generation desc, tick desc limit 1`;

const COUNTS = `
  select type, count(*)::float8 as messages from outbox
  where (generation, xid) >= ($2::int, $3::xid8) and created_at >= $1
  group by type`;

/** How many messages of each type a module's log has taken since then. */
export async function messageCounts(database: DataSource, since: Date): Promise<Map<string, number>> {
  const [begin]: (Place | undefined)[] = await database.query(LAST_TICK_BEFORE, [since]);
  const rows: { type: string; messages: number }[] = await database.query(COUNTS, [
    since,
    begin?.generation ?? 0,
    begin?.xid ?? '0',
  ]);
  return new Map(rows.map(({ type, messages }) => [type, messages]));
}
