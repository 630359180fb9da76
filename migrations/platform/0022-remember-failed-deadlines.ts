import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Deadlines that could not be acted upon, why, and when they are tried again. Beside the processes and not in
 * their rows: what fails may be that such a row is locked by something else.
 */
export class RememberFailedDeadlines implements MigrationInterface {
  name = 'RememberFailedDeadlines0000000000022';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table saga_deadline_failures (
        saga          text not null,
        id            text not null,
        failures      int not null,
        error         text not null,
        failing_since timestamptz not null default clock_timestamp(),
        retry_at      timestamptz not null,
        primary key (saga, id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table saga_deadline_failures');
  }
}
