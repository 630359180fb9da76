import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ReadWithTheTick } from './0030-read-with-the-tick';

const TAKEN =
  'tick, seq, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version, created_ms';

/** A row goes to the caller; the message that takes the page to its limit in bytes is the last one. */
const HAND_OUT = `
          bytes_so_far := bytes_so_far + octet_length(payload);
          return next;
          exit when bytes_so_far >= most_bytes;`;

/**
 * The window that a caller who is caught up reads with its tick, and before which no transaction was running:
 * the first branch of `read_windows`, for one window.
 */
const ONE_WINDOW = `
          select t.tick, o.seq, o.id, o.kind, o.aggregatetype, o.aggregateid, o.type, o.version, o.payload, o.headers, o.lane, o.key_version,
                 date_part('epoch', o.created_at) * 1000
          from ticks p, ticks t
          cross join lateral (
            select * from outbox o
            where o.generation = after_generation and o.seq > p.opens_after and o.seq <= t.closes_at
              and not pg_visible_in_snapshot(o.xid, p.snapshot) and pg_visible_in_snapshot(o.xid, t.snapshot)
            order by o.seq limit most) o
          where p.generation = after_generation and p.tick = after_tick and t.generation = after_generation and t.tick = after_tick + 1
            and pg_snapshot_xmin(p.snapshot) = pg_snapshot_xmax(p.snapshot)
          order by o.seq`;

/**
 * A caller that is caught up and has the tick taken reads one window, mostly one before which nothing was
 * running. Its statement is a third of the general one, which the server sets up anew for each page. Where it
 * finds nothing, `read_windows` is asked, so nothing rests on it but time.
 */
export class ReadOneWindowAtOnce implements MigrationInterface {
  name = 'ReadOneWindowAtOnce0000000000036';

  async up(runner: QueryRunner): Promise<void> {
    // One plan only, as for `read_windows`: by the index on `seq`.
    await runner.query(`
      create or replace function tick_and_read(after_generation int, after_tick bigint, most bigint, most_bytes bigint)
      returns table (current_generation int, current_tick bigint, taken_at text, mark text, written bigint, flushed bigint,
                     tick bigint, seq bigint, id uuid, kind text, aggregatetype text, aggregateid text, type text, version int,
                     payload text, headers jsonb, lane smallint, key_version bigint, created_ms float8, bytes_so_far bigint)
      language plpgsql
      set enable_seqscan = off set enable_sort = off set enable_bitmapscan = off set jit = off set plan_cache_mode = force_generic_plan
      as $function$
      #variable_conflict use_column
      begin
        select * into current_generation, current_tick, taken_at, mark, written, flushed from take_tick();
        bytes_so_far := 0;
        if current_generation = after_generation and current_tick = after_tick + 1 then
          for ${TAKEN} in ${ONE_WINDOW}
          loop${HAND_OUT}
          end loop;
        end if;
        if id is null and (current_generation, current_tick) <> (after_generation, after_tick) then
          for ${TAKEN} in
            select * from read_windows(after_generation, after_tick, null, 0, most)
          loop${HAND_OUT}
          end loop;
        end if;
        if id is null then
          return next;
        end if;
      end
      $function$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function tick_and_read(int, bigint, bigint, bigint)');
    await new ReadWithTheTick().up(runner);
  }
}
