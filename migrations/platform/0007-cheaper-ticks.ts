import type { MigrationInterface, QueryRunner } from 'typeorm';

const takeTick = (body: string): string =>
  `create or replace function take_tick(out current_generation int, out current_tick bigint) language plpgsql ${body}`;

/** Takes a tick in half of the statements, and as fast on a log that has grown since its plans were made. */
export class CheaperTicks implements MigrationInterface {
  name = 'CheaperTicks0000000000007';

  async up(runner: QueryRunner): Promise<void> {
    // Moving the head takes the lock that serialises ticks, and the snapshot is that of the statement after
    // it. When another process was first, its tick may have missed what this one saw: look again. Plans are
    // kept by connections and may come from a time when these tables were small enough to be read whole.
    await runner.query(
      takeTick(`set enable_seqscan = off as $function$
      declare
        previous pg_snapshot;
      begin
        loop
          select h.generation, h.tick, t.snapshot into current_generation, current_tick, previous
            from log_head h join ticks t using (generation, tick);
          if not exists (select from outbox o where o.generation = current_generation and o.xid >= pg_snapshot_xmax(previous))
             and not exists (select from outbox o where o.generation = current_generation and o.xid = any (array(select pg_snapshot_xip(previous)))) then
            return;
          end if;
          update log_head h set tick = h.tick + 1 where h.generation = current_generation and h.tick = current_tick;
          if found then
            current_tick := current_tick + 1;
            insert into ticks (generation, tick, snapshot) values (current_generation, current_tick, pg_current_snapshot());
            return;
          end if;
        end loop;
      end
      $function$`),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      takeTick(`as $function$
      declare
        previous pg_snapshot;
      begin
        select h.generation, h.tick, t.snapshot into current_generation, current_tick, previous
          from log_head h join ticks t using (generation, tick);
        if not exists (select from outbox o where o.generation = current_generation and o.xid >= pg_snapshot_xmax(previous))
           and not exists (select from outbox o where o.generation = current_generation and o.xid = any (array(select pg_snapshot_xip(previous)))) then
          return;
        end if;
        select h.generation, h.tick into current_generation, current_tick from log_head h for update;
        select t.snapshot into previous from ticks t where t.generation = current_generation and t.tick = current_tick;
        insert into ticks (generation, tick, snapshot)
          select current_generation, current_tick + 1, pg_current_snapshot()
          where exists (select from outbox o where o.generation = current_generation and o.xid >= pg_snapshot_xmax(previous))
             or exists (select from outbox o where o.generation = current_generation and o.xid = any (array(select pg_snapshot_xip(previous))));
        if found then
          current_tick := current_tick + 1;
          update log_head set tick = current_tick;
        end if;
      end
      $function$`),
    );
  }
}
