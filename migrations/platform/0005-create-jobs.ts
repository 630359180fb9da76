import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Side effects outside the database that this module still owes: one row each, deleted when its effect is
 * recorded.
 */
export class CreateJobs implements MigrationInterface {
  name = 'CreateJobs0000000000005';

  async up(runner: QueryRunner): Promise<void> {
    // The queue stays small and hot: room in each page keeps claims in place (no column they change is
    // indexed), and vacuum goes by the number of dead rows, not by a share of a table that is nearly empty.
    await runner.query(`
      create table jobs (
        type            text not null,
        idempotency_key text not null,
        payload         jsonb not null,
        headers         jsonb not null,
        run_at          timestamptz not null default now(),
        attempts        int not null default 0,
        failures        int not null default 0,
        claim           uuid,
        owner           uuid,
        locked_until    timestamptz not null default '-infinity',
        parked_at       timestamptz,
        last_error      text,
        created_at      timestamptz not null default clock_timestamp(),
        primary key (type, idempotency_key),
        check (attempts >= 0 and failures >= 0)
      ) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)`);
    await runner.query(`create index jobs_due on jobs (type, run_at) where parked_at is null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table jobs');
  }
}
