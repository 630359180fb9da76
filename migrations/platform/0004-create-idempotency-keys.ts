import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first answer to each request that carried an `Idempotency-Key`, kept for a day. */
export class CreateIdempotencyKeys implements MigrationInterface {
  name = 'CreateIdempotencyKeys0000000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table idempotency_keys (
        route       text not null,
        caller      text not null,
        key         text not null check (length(key) between 1 and 255),
        fingerprint text not null,
        answer      jsonb not null,
        created_at  timestamptz not null,
        primary key (key, route, caller)
      )`);
    await runner.query('create index idempotency_keys_created_at on idempotency_keys (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table idempotency_keys');
  }
}
