import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Failures that do not count as the handler's are counted beside those that do, and a subscription that
 * cannot go on says why. The new columns have constant defaults, so that no table is rewritten.
 */
export class CountTransientFailures implements MigrationInterface {
  name = 'CountTransientFailures0000000000021';

  async up(runner: QueryRunner): Promise<void> {
    // In the order in which a batch locks them, or the two would wait for each other.
    await runner.query('lock table subscription_positions, held_messages in access exclusive mode');
    await runner.query(`
      alter table held_messages add column transient_failures int not null default 0, add column failing_since timestamptz`);
    await runner.query(`update held_messages set failing_since = held_at where state <> 'queued'`);
    await runner.query(`
      alter table subscription_positions add column stalled_since timestamptz, add column stalled_by text,
        add check ((stalled_since is null) = (stalled_by is null))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table subscription_positions drop column stalled_since, drop column stalled_by',
    );
    await runner.query('alter table held_messages drop column transient_failures, drop column failing_since');
  }
}
