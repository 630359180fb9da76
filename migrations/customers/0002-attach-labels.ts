import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A client's own number for a customer, and what it keeps with it. An older version goes on writing customers
 * without either.
 */
export class AttachLabels implements MigrationInterface {
  name = 'AttachLabels0000000001002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table customers
        add column external_reference text check (char_length(external_reference) between 1 and 100),
        add column metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object')`);
    await runner.query(
      `create unique index customer_of_reference on customers (external_reference) where external_reference is not null`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table customers drop column external_reference, drop column metadata`);
  }
}
