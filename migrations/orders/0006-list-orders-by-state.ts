import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Orders in any state are read state by state. An index on the moment alone is written at every step of an
 * order, and a plan that was made for any state goes through it in search of a rare one.
 */
export class ListOrdersByState implements MigrationInterface {
  name = 'ListOrdersByState0000000001006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index orders_placed`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`create index orders_placed on orders (placed_at, order_id)`);
  }
}
