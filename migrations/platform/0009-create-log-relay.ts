import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who carries this module's log to the broker, and how far the broker has acknowledged it. The position is
 * for people and for retention: a relay goes on from what the broker's stream holds.
 */
export class CreateLogRelay implements MigrationInterface {
  name = 'CreateLogRelay0000000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table log_relay (
        singleton    boolean primary key default true check (singleton),
        epoch        bigint not null default 0,
        owner        uuid,
        leased_until timestamptz not null default '-infinity',
        generation   int,
        tick         bigint,
        seq          bigint,
        moved_at     timestamptz
      )`);
    await runner.query('insert into log_relay default values');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table log_relay');
  }
}
