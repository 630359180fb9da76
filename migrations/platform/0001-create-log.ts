import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The module's published log: an insert-only outbox, and the ticks that make reading it exact.
 * Columns follow the Debezium outbox event router's conventions.
 */
export class CreateLog implements MigrationInterface {
  name = 'CreateLog0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table outbox (
        generation    int not null,
        xid           xid8 not null default pg_current_xact_id(),
        seq           bigint generated always as identity (cache 1),
        id            uuid not null,
        kind          text not null check (kind in ('event', 'command')),
        aggregatetype text not null,
        aggregateid   text not null,
        type          text not null,
        version       int not null,
        payload       jsonb not null,
        headers       jsonb not null,
        lane          smallint not null check (lane between 0 and 255),
        key_version   bigint not null,
        created_at    timestamptz not null default clock_timestamp(),
        primary key (generation, xid, seq)
      ) partition by range (generation, xid)`);
    await runner.query(
      `create table outbox_1 partition of outbox for values from (1, minvalue) to (1, maxvalue)`,
    );
    await runner.query(`
      create table log_head (
        singleton         boolean primary key default true check (singleton),
        generation        int not null,
        tick              bigint not null,
        system_identifier bigint not null,
        timeline          int not null
      )`);
    await runner.query(`
      create table ticks (
        generation int not null,
        tick       bigint not null,
        snapshot   pg_snapshot not null,
        at         timestamptz not null default clock_timestamp(),
        primary key (generation, tick)
      )`);
    await runner.query(`
      insert into log_head (generation, tick, system_identifier, timeline)
      select 1, 0, (select system_identifier from pg_control_system()), (select timeline_id from pg_control_checkpoint())`);
    await runner.query(`insert into ticks (generation, tick, snapshot) select 1, 0, pg_current_snapshot()`);

    // The lock on the head serialises ticks; the snapshot must be that of the statement after it, so that
    // each tick sees at least what the one before it saw. This transaction publishes nothing: a snapshot
    // counts its own transaction as done, and what it published later would never be delivered. It is
    // committed synchronously: readers keep ticks in memory and outlive a crash of the server, after which
    // the number of a lost tick would be given to another window, and what that one holds beyond the lost one
    // would never be delivered.
    await runner.query(`
      create function take_tick(out current_generation int, out current_tick bigint) language plpgsql as $function$
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
      $function$`);

    // After a restore or a promotion the stored transaction ids belong to another history. What no tick of
    // the old generation covers is published again in the new one, in its old order; everything else stays
    // readable by its own ticks.
    await runner.query(`
      create function begin_generation() returns int language plpgsql security definer set search_path from current as $function$
      declare
        old_generation int;
        last_snapshot pg_snapshot;
        first_xid text := pg_snapshot_xmin(pg_current_snapshot())::text; -- every transaction still running counts as not yet seen
      begin
        select h.generation, t.snapshot into old_generation, last_snapshot
          from log_head h join ticks t using (generation, tick) for update of h;
        execute format('create table outbox_%s partition of outbox for values from (%s, minvalue) to (%s, maxvalue)',
                       old_generation + 1, old_generation + 1, old_generation + 1);
        -- What the default privileges give to the running process is too much for a log; it writes through the outbox.
        execute (select format('revoke all on outbox_%s from %s', old_generation + 1, string_agg(quote_ident(grantee), ', '))
                 from information_schema.role_table_grants
                 where table_schema = current_schema() and table_name = 'outbox' and privilege_type = 'INSERT' and grantee <> current_user);
        perform setval(pg_get_serial_sequence('outbox', 'seq'), greatest((select coalesce(max(seq), 0) from outbox), 0) + 1);
        insert into ticks (generation, tick, snapshot) values (old_generation + 1, 0, format('%s:%s:', first_xid, first_xid)::pg_snapshot);
        insert into outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version, created_at)
          select old_generation + 1, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version, created_at
          from outbox where generation = old_generation and not pg_visible_in_snapshot(xid, last_snapshot) order by seq;
        update log_head set generation = old_generation + 1, tick = 0,
          system_identifier = (select c.system_identifier from pg_control_system() c),
          timeline = (select c.timeline_id from pg_control_checkpoint() c);
        return old_generation + 1;
      end
      $function$`);

    // Messages are facts: the running process may add them and nothing else.
    await runner.query(`
      do $block$ begin
        if current_setting('seamline.runtime_role', true) <> '' then
          execute format('revoke all on outbox, outbox_1 from %I', current_setting('seamline.runtime_role'));
          execute format('grant select, insert on outbox to %I', current_setting('seamline.runtime_role'));
          execute format('revoke delete, truncate on log_head from %I', current_setting('seamline.runtime_role'));
          execute format('revoke update, truncate on ticks from %I', current_setting('seamline.runtime_role'));
        end if;
        revoke execute on function begin_generation() from public;
      end $block$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function begin_generation()');
    await runner.query('drop function take_tick()');
    await runner.query('drop table ticks, log_head, outbox');
  }
}
