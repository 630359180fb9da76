import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where an order was sold. Those that are there, and those that an older version goes on placing, do not say
 * it; the default is constant, so that the table is not rewritten.
 */
export class NoteSalesChannel implements MigrationInterface {
  name = 'NoteSalesChannel0000000001007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table orders add column sales_channel text not null default 'unknown' check (sales_channel <> '')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table orders drop column sales_channel');
  }
}
