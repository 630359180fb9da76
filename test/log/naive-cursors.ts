import type { DataSource } from 'typeorm';
import type { Seen } from './judge';

interface Row {
  seq: string;
  xid: string;
  aggregateid: string;
  key_version: string;
  id: string;
}

/** Planted bug: remembers the highest sequence number, and so skips what commits late. */
export const readByPosition = (database: DataSource, isOver: () => boolean): Promise<Seen[]> =>
  follow(database, isOver, 'where seq > $1', 'order by seq', ['0'], (row) => [row.seq]);

/**
 * Planted bug: reads below the oldest running transaction in the order of transaction ids, which is not the
 * order of a key's writers.
 */
export const readByTransaction = (database: DataSource, isOver: () => boolean): Promise<Seen[]> =>
  follow(
    database,
    isOver,
    'where (xid, seq) > ($1::xid8, $2::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())',
    'order by xid, seq',
    ['0', '0'],
    (row) => [row.xid, row.seq],
  );

async function follow(
  database: DataSource,
  isOver: () => boolean,
  where: string,
  order: string,
  start: string[],
  positionOf: (row: Row) => string[],
): Promise<Seen[]> {
  const seen: Seen[] = [];
  let position = start;
  for (;;) {
    const last = isOver();
    const rows: Row[] = await database.query(
      `select seq, xid::text, aggregateid, key_version, id from outbox ${where} ${order} limit 500`,
      position,
    );
    for (const row of rows)
      seen.push({ key: row.aggregateid, keyVersion: Number(row.key_version), id: row.id });
    if (rows.length > 0) position = positionOf(rows[rows.length - 1]);
    else if (last) return seen;
  }
}
