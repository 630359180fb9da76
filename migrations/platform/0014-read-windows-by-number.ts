import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS =
  "o.seq, o.id, o.kind, o.aggregatetype, o.aggregateid, o.type, o.version, o.payload, o.headers, o.lane, o.key_version, date_part('epoch', o.created_at) * 1000";

/**
 * One branch for what came between the bounds of a window, in the order of an index, so that no more of it is
 * looked at than the page takes; and one for transactions that the first snapshot saw running: they may have
 * drawn their numbers long before, and are few (`offset 0` has them found by the primary key). Windows come
 * in their order, so that those beyond the limit are not looked into.
 */
const WINDOWS = `
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

/**
 * A page of windows, read by the index on `seq` whatever the statistics say. The page's statement allows one
 * plan only: without sorts and bitmaps nothing else than that index brings its rows in order. Planned freely
 * for a log that was analysed while it was empty, the server reads the primary key and sorts the rest of the
 * log for each page.
 */
export class ReadWindowsByNumber implements MigrationInterface {
  name = 'ReadWindowsByNumber0000000000014';

  async up(runner: QueryRunner): Promise<void> {
    // Arguments: generation, the tick read last, the tick to read to or null for the last there is, the
    // number read last, the limit.
    await runner.query(`
      create function read_windows(int, bigint, bigint, bigint, bigint)
      returns table (tick bigint, seq bigint, id uuid, kind text, aggregatetype text, aggregateid text, type text, version int,
                     payload jsonb, headers jsonb, lane smallint, key_version bigint, created_ms float8)
      language plpgsql stable
      set enable_seqscan = off set enable_sort = off set enable_bitmapscan = off set jit = off set plan_cache_mode = force_generic_plan
      as $function$
      #variable_conflict use_column
      begin
        return query ${WINDOWS};
      end
      $function$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function read_windows(int, bigint, bigint, bigint, bigint)');
  }
}
