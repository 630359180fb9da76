import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where this module lives, and how far its moves to and from this database have come. Written by `npm run
 * extract` and `npm run absorb`; the running process only looks.
 */
export class CreateMoves implements MigrationInterface {
  name = 'CreateMoves0000000000010';

  async up(runner: QueryRunner): Promise<void> {
    // Active: the module lives here. Fenced: it is on its way to `elsewhere`, and its role cannot write.
    // Moved: it lives `elsewhere` (host:port/database), and what is here is a copy. `withheld` are the rights
    // to write that come back when it is active again.
    await runner.query(`
      create table placement (
        singleton  boolean primary key default true check (singleton),
        state      text not null default 'active' check (state in ('active', 'fenced', 'moved')),
        elsewhere  text,
        withheld   jsonb not null default '[]',
        changed_at timestamptz not null default clock_timestamp(),
        check ((state = 'active') = (elsewhere is null))
      )`);
    await runner.query('insert into placement default values');
    // Switched is the point of no return: the old place has given the module up, and the new one is about to
    // be opened.
    await runner.query(`
      create table moves (
        move       uuid primary key,
        side       text not null check (side in ('source', 'target')),
        source     text not null,
        target     text not null,
        state      text not null default 'running' check (state in ('running', 'switched', 'done', 'undone')),
        started_at timestamptz not null default clock_timestamp(),
        changed_at timestamptz not null default clock_timestamp()
      )`);
    await runner.query(
      `create unique index moves_one_at_a_time on moves (side) where state in ('running', 'switched')`,
    );
    await runner.query(`
      create table move_steps (
        move    uuid not null references moves on delete cascade,
        step    text not null,
        facts   json not null,
        done_at timestamptz not null default clock_timestamp(),
        primary key (move, step)
      )`);
    await runner.query(`
      do $block$ begin
        if current_setting('seamline.runtime_role', true) <> '' then
          execute format('revoke insert, update, delete, truncate on placement, moves, move_steps from %I', current_setting('seamline.runtime_role'));
        end if;
      end $block$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table move_steps, moves, placement');
  }
}
