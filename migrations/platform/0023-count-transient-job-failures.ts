import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Failures to record a job's result that do not count as the handler's, and since when a job has been
 * failing.
 */
export class CountTransientJobFailures implements MigrationInterface {
  name = 'CountTransientJobFailures0000000000023';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table jobs add column transient_failures int not null default 0, add column failing_since timestamptz',
    );
    await runner.query('update jobs set failing_since = clock_timestamp() where failures > 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table jobs drop column transient_failures, drop column failing_since');
  }
}
