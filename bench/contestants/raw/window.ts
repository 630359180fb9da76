import type { PoolClient } from 'pg';
import type { BenchMessage } from '../../harness/message';

const PAGE = 2_000;

/**
 * Everything between the log's first tick and now, as one window; the columns are those that an envelope is
 * made of.
 */
const WINDOW = `
  declare messages no scroll cursor for
  select o.seq, o.id, o.kind, o.aggregatetype, o.aggregateid, o.type, o.version, o.payload, o.headers, o.lane, o.key_version, o.created_at
  from outbox o
  where o.xid >= pg_snapshot_xmax((select snapshot from ticks order by generation, tick limit 1))
    and pg_visible_in_snapshot(o.xid, pg_current_snapshot())
  order by o.seq`;

/** Reads the whole log page by page. Only for what was published before. */
export async function* windowPages(client: PoolClient): AsyncGenerator<BenchMessage[]> {
  await client.query('begin');
  await client.query(WINDOW);
  for (;;) {
    const { rows } = await client.query<{ payload: BenchMessage }>(`fetch ${PAGE} from messages`);
    if (rows.length === 0) break;
    yield rows.map(({ payload }) => payload);
  }
  await client.query('commit');
}
