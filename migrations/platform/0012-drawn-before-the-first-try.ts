import type { MigrationInterface, QueryRunner } from 'typeorm';

const DRAWN = `coalesce(pg_sequence_last_value('outbox_seq_seq'), 0)`;

/**
 * Looked up for the head: without statistics the planner takes it for a thousand rows, and a join looks at
 * every tick there is.
 */
const TICK_OF_HEAD =
  'cross join lateral (select s.snapshot from ticks s where s.generation = h.generation and s.tick = h.tick offset 0) t';

const takeTick = (drawn: string, tickOfHead: string): string => `
  create or replace function take_tick(out current_generation int, out current_tick bigint) language plpgsql set enable_seqscan = off as $function$
  declare
    previous pg_snapshot;
    drawn_by_now bigint;
    drawn_before bigint;
  begin
    loop
      select h.generation, h.tick, t.snapshot, case h.tick when 0 then 0 else h.drawn end into current_generation, current_tick, previous, drawn_before
        from log_head h ${tickOfHead};
      if not exists (select from outbox o where o.generation = current_generation and o.xid >= pg_snapshot_xmax(previous))
         and not exists (select from outbox o where o.generation = current_generation and o.xid = any (array(select pg_snapshot_xip(previous)))) then
        return;
      end if;
      drawn_by_now := ${drawn};
      update log_head h set tick = h.tick + 1, drawn = drawn_by_now where h.generation = current_generation and h.tick = current_tick;
      if found then
        current_tick := current_tick + 1;
        insert into ticks (generation, tick, snapshot, opens_after, closes_at)
          values (current_generation, current_tick, pg_current_snapshot(), drawn_before, ${DRAWN});
        return;
      end if;
    end loop;
  end
  $function$`;

/**
 * An update that waits for another process's tick has drawn its transaction id when it is tried again. What
 * was drawn from the sequence meanwhile may be of transactions that began after it: it must not bound them,
 * or they are in no window.
 */
export class DrawnBeforeTheFirstTry implements MigrationInterface {
  name = 'DrawnBeforeTheFirstTry0000000000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(takeTick(`least(drawn_by_now, ${DRAWN})`, TICK_OF_HEAD));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(takeTick(DRAWN, 'join ticks t using (generation, tick)'));
  }
}
