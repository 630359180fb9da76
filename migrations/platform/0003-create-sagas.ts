import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The process managers of this module: one row for each running or finished process. */
export class CreateSagas implements MigrationInterface {
  name = 'CreateSagas0000000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table sagas (
        saga        text not null,
        id          text not null,
        state       text not null,
        final       boolean not null default false,
        facts       jsonb not null,
        steps       jsonb not null default '{}',
        outcome     text,
        reason      text,
        deadline_at timestamptz,
        version     int not null default 0,
        started_at  timestamptz not null,
        changed_at  timestamptz not null,
        primary key (saga, id)
      )`);
    await runner.query(`create index sagas_deadline on sagas (deadline_at) where deadline_at is not null`);
    await runner.query(`create index sagas_running on sagas (saga) where not final`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sagas');
  }
}
