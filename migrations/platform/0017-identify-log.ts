import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tells this log from every other log of the module: from that of a database which took the place of this
 * one, and from what this one was before it was restored to an earlier state. A move copies it: the log goes
 * on elsewhere. `npm run ops -- begin-generation` writes a new one where messages differ from what the
 * broker's stream holds, and notes which stream this log goes on behind, and from where on.
 */
export class IdentifyLog implements MigrationInterface {
  name = 'IdentifyLog0000000000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table log_identity (
        singleton          boolean primary key default true check (singleton),
        identity           uuid not null default gen_random_uuid(),
        -- Where this log begins behind the stream of another one, and how far that one goes. A stream that was made before logs had
        -- identities has none.
        first_generation   int,
        first_seq          bigint,
        follows_identity   uuid,
        follows_generation int,
        follows_tick       bigint,
        follows_seq        bigint,
        begun_at           timestamptz not null default clock_timestamp(),
        check (num_nulls(first_generation, first_seq, follows_generation, follows_tick, follows_seq) in (0, 5))
      )`);
    await runner.query('insert into log_identity default values');
    await runner.query(`
      do $block$ begin
        if current_setting('seamline.runtime_role', true) <> '' then
          execute format('revoke insert, update, delete, truncate on log_identity from %I', current_setting('seamline.runtime_role'));
        end if;
      end $block$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table log_identity');
  }
}
