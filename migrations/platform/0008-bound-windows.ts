import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CheaperTicks } from './0007-cheaper-ticks';

/** The largest bigint. */
const UNBOUNDED = '9223372036854775807';

const takeTick = (body: string): string =>
  `create or replace function take_tick(out current_generation int, out current_tick bigint) language plpgsql ${body}`;

/**
 * Ticks say between which sequence numbers their windows lie, so that a window of any size is read page by
 * page from an index in the order that readers want: without it each page looks through the whole window and
 * sorts it again.
 */
export class BoundWindows implements MigrationInterface {
  name = 'BoundWindows0000000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index outbox_seq on outbox (generation, seq)');
    // The window that a tick opens holds no `seq` up to `opens_after`, but for transactions that its snapshot
    // saw running. The window that it closes holds none beyond `closes_at`. What is not known bounds nothing.
    await runner.query(
      `alter table ticks add opens_after bigint not null default 0, add closes_at bigint not null default ${UNBOUNDED}`,
    );
    // What had been drawn from the sequence when the head's tick was about to be taken.
    await runner.query('alter table log_head add drawn bigint not null default 0');
    await runner.query(`
      with marks as (
        select generation, xid, min(seq) as lowest, max(seq) as highest, null::bigint as tick from outbox group by generation, xid
        union all
        select generation, pg_snapshot_xmax(snapshot), null, null, tick from ticks
      ), bounds as (
        select generation, tick, min(lowest) over (partition by generation order by xid desc, tick nulls first) - 1 as opens_after,
               max(highest) over (partition by generation order by xid, tick nulls last rows between unbounded preceding and current row) as closes_at
        from marks
      )
      update ticks t set opens_after = coalesce(b.opens_after, b.closes_at, 0), closes_at = coalesce(b.closes_at, 0)
      from bounds b where b.tick = t.tick and b.generation = t.generation`);
    await runner.query('update log_head set drawn = coalesce((select max(seq) from outbox), 0)');
    // A transaction whose id the snapshot takes for future ones may have begun, and drawn, before it. It
    // began after the tick before, because that one has committed and its id is below: what had been drawn
    // when that tick was about to be taken bounds it. Each `drawn` is read before the tick's own transaction
    // has an id, and `closes_at` after its snapshot was taken. A generation's first tick bounds nothing: the
    // sequence may have been set back when it began.
    await runner.query(
      takeTick(`set enable_seqscan = off as $function$
      declare
        previous pg_snapshot;
        drawn_by_now bigint;
        drawn_before bigint;
      begin
        loop
          select h.generation, h.tick, t.snapshot, case h.tick when 0 then 0 else h.drawn end into current_generation, current_tick, previous, drawn_before
            from log_head h join ticks t using (generation, tick);
          if not exists (select from outbox o where o.generation = current_generation and o.xid >= pg_snapshot_xmax(previous))
             and not exists (select from outbox o where o.generation = current_generation and o.xid = any (array(select pg_snapshot_xip(previous)))) then
            return;
          end if;
          drawn_by_now := coalesce(pg_sequence_last_value('outbox_seq_seq'), 0);
          update log_head h set tick = h.tick + 1, drawn = drawn_by_now where h.generation = current_generation and h.tick = current_tick;
          if found then
            current_tick := current_tick + 1;
            insert into ticks (generation, tick, snapshot, opens_after, closes_at)
              values (current_generation, current_tick, pg_current_snapshot(), drawn_before, coalesce(pg_sequence_last_value('outbox_seq_seq'), 0));
            return;
          end if;
        end loop;
      end
      $function$`),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await new CheaperTicks().up(runner);
    await runner.query('alter table log_head drop drawn');
    await runner.query('alter table ticks drop opens_after, drop closes_at');
    await runner.query('drop index outbox_seq');
  }
}
