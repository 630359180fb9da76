import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DrawnBeforeTheFirstTry } from './0012-drawn-before-the-first-try';

const DRAWN = `coalesce(pg_sequence_last_value('outbox_seq_seq'), 0)`;

/**
 * The timeline that is written now. The control file shows that of the last checkpoint: for a while after a
 * promotion, the old one.
 */
const TIMELINE = `('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int`;

const SAME_PLACE = `
  select h.generation, h.tick, t.snapshot, case h.tick when 0 then 0 else h.drawn end, extract(epoch from t.at)::text
    into current_generation, current_tick, previous, drawn_before, taken_at
    from log_head h cross join lateral (select s.snapshot, s.at from ticks s where s.generation = h.generation and s.tick = h.tick offset 0) t`;

const beginGeneration = (timeline: string): string => `
  create or replace function begin_generation() returns int language plpgsql security definer set search_path from current as $function$
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
      timeline = ${timeline};
    return old_generation + 1;
  end
  $function$`;

/**
 * Ticks that are not waited for on the disk. A tick that a crash takes away leaves its number to another
 * window, so with each tick comes the mark of the server's life: readers that see another one drop everything
 * they know of ticks. What leaves the cluster is flushed first.
 */
export class NoticeRecovery implements MigrationInterface {
  name = 'NoticeRecovery0000000000015';

  async up(runner: QueryRunner): Promise<void> {
    // The server empties it when it recovers from a crash, and a standby has it empty when it is promoted.
    await runner.query(`
      create unlogged table server_mark (
        singleton boolean primary key default true check (singleton),
        mark      uuid not null default gen_random_uuid()
      )`);
    await runner.query(`
      do $block$ begin
        if current_setting('seamline.runtime_role', true) <> '' then
          execute format('revoke all on server_mark from %I', current_setting('seamline.runtime_role'));
        end if;
      end $block$`);
    // With the owner's rights: a place whose rights to write are withheld has a mark, too. The start time
    // tells of a copy that was made of a server that stood still.
    await runner.query(`
      create function server_mark() returns text language plpgsql security definer set search_path from current as $function$
      declare
        known uuid;
      begin
        loop
          select m.mark into known from server_mark m;
          exit when known is not null;
          insert into server_mark default values on conflict do nothing;
        end loop;
        return known || ' ' || extract(epoch from pg_postmaster_start_time());
      end
      $function$`);

    // What a process must know of the server before it works there. It hands in a tick that it knows to have
    // reached the disk, if any. Why the log is none of this server's history: 'cluster', 'timeline',
    // 'transactions' or 'tick'; null where it is, or lives elsewhere.
    await runner.query(`
      create function log_history(witness_generation int, witness_tick bigint, witness_taken_at text, out mark text, out foreign_in text)
      language plpgsql as $function$
      begin
        mark := server_mark();
        select case
                 when h.system_identifier <> (select c.system_identifier from pg_control_system() c) then 'cluster'
                 when h.timeline <> ${TIMELINE} then 'timeline'
                 when pg_snapshot_xmax(t.snapshot) > pg_snapshot_xmax(pg_current_snapshot()) then 'transactions'
                 when h.generation <= witness_generation and not exists (
                   select from ticks w where w.generation = witness_generation and w.tick = witness_tick and extract(epoch from w.at)::text = witness_taken_at)
                 then 'tick'
               end into foreign_in
          from log_head h join ticks t using (generation, tick)
          where exists (select from placement p where p.state = 'active');
      end
      $function$`);

    // Waits until everything that was committed before is on the disk, and on the standbys that commits wait
    // for.
    await runner.query(`
      create function flush_log() returns void language plpgsql as $function$
      begin
        if pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn() or current_setting('synchronous_standby_names') <> '' then
          perform pg_logical_emit_message(true, 'seamline', '');
        end if;
      end
      $function$`);

    // The number of bytes in the write-ahead log tells which ticks are on the disk: those that were seen when
    // less was written than is flushed now.
    await runner.query('drop function take_tick()');
    await runner.query(`
      create function take_tick(out current_generation int, out current_tick bigint, out taken_at text, out mark text, out written bigint, out flushed bigint)
      language plpgsql set enable_seqscan = off as $function$
      declare
        previous pg_snapshot;
        drawn_by_now bigint;
        drawn_before bigint;
      begin
        mark := server_mark();
        flushed := pg_current_wal_flush_lsn() - '0/0'::pg_lsn;
        loop
          ${SAME_PLACE};
          if not exists (select from outbox o where o.generation = current_generation and o.xid >= pg_snapshot_xmax(previous))
             and not exists (select from outbox o where o.generation = current_generation and o.xid = any (array(select pg_snapshot_xip(previous)))) then
            exit;
          end if;
          drawn_by_now := least(drawn_by_now, ${DRAWN});
          update log_head h set tick = h.tick + 1, drawn = drawn_by_now where h.generation = current_generation and h.tick = current_tick;
          if found then
            perform set_config('synchronous_commit', 'off', true);
            current_tick := current_tick + 1;
            insert into ticks (generation, tick, snapshot, opens_after, closes_at)
              values (current_generation, current_tick, pg_current_snapshot(), drawn_before, ${DRAWN})
              returning extract(epoch from at)::text into taken_at;
            exit;
          end if;
        end loop;
        written := pg_current_wal_insert_lsn() - '0/0'::pg_lsn;
      end
      $function$`);
    await runner.query(beginGeneration(TIMELINE));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function take_tick()');
    await runner.query('drop function flush_log()');
    await runner.query('drop function log_history(int, bigint, text)');
    await runner.query('drop function server_mark()');
    await runner.query('drop table server_mark');
    await runner.query(beginGeneration('(select c.timeline_id from pg_control_checkpoint() c)'));
    await new DrawnBeforeTheFirstTry().up(runner);
  }
}
