import type { DataSource } from 'typeorm';

/** A place in a log, and the lanes that are looked at from there. */
export interface LagQuestion {
  readonly position: { readonly generation: number; readonly tick: string; readonly seq: string };
  readonly firstLane: number;
  readonly lastLane: number;
}

/**
 * What the last tick of an ended generation does not cover was published again in the next one, and counts
 * there. A place beyond the log's end has no row.
 */
export const LAG = `
  select (select count(*) from outbox o
          where o.generation = $1 and o.xid >= pg_snapshot_xmin(t.snapshot) and not pg_visible_in_snapshot(o.xid, t.snapshot)
            and o.lane between $4 and $5
            and not (n.snapshot is not null and pg_visible_in_snapshot(o.xid, n.snapshot) and o.seq <= $3)
            and (h.generation = $1 or pg_visible_in_snapshot(o.xid, l.snapshot)))
       + (select count(*)
          from (select g.generation, (select e.snapshot from ticks e where e.generation = g.generation order by e.tick desc limit 1) as snapshot
                from generate_series($1 + 1, h.generation) g (generation)) g
          join outbox o on o.generation = g.generation and o.lane between $4 and $5
          where g.generation = h.generation or pg_visible_in_snapshot(o.xid, g.snapshot)) as lag
  from log_head h
  join ticks t on t.generation = $1 and t.tick = $2 and (t.generation < h.generation or t.tick < h.tick or $3 = 0)
  left join ticks n on n.generation = t.generation and n.tick = t.tick + 1
  cross join lateral (select e.snapshot from ticks e where e.generation = $1 order by e.tick desc limit 1) l`;

/**
 * Messages of these lanes after the position, asked of the database of the log's owner; null where the log
 * has no such position.
 */
export async function lagIn(
  database: DataSource,
  { position, firstLane, lastLane }: LagQuestion,
): Promise<number | null> {
  const { generation, tick, seq } = position;
  const [row]: { lag: string }[] = await database.query(LAG, [generation, tick, seq, firstLane, lastLane]);
  return row ? Number(row.lag) : null;
}
