import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A client's own number for an order, and what it keeps with it; and lists by the moment when orders were
 * placed. An older version goes on placing orders with neither, and finds its own lists by these indexes,
 * too.
 */
export class AttachLabels implements MigrationInterface {
  name = 'AttachLabels0000000001004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table orders
        add column external_reference text check (char_length(external_reference) between 1 and 100),
        add column metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object')`);
    await runner.query(
      `create unique index order_of_reference on orders (external_reference) where external_reference is not null`,
    );
    await runner.query(`create index orders_placed on orders (placed_at, order_id)`);
    await runner.query(`create index orders_of_customer_placed on orders (customer_id, placed_at, order_id)`);
    await runner.query(`create index orders_in_state_placed on orders (state, placed_at, order_id)`);
    // Each index is written at every step of an order: those that the new ones stand in for go.
    await runner.query(`drop index orders_of_customer, orders_in_state`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`create index orders_of_customer on orders (customer_id, order_id)`);
    await runner.query(`create index orders_in_state on orders (state, order_id)`);
    await runner.query(`drop index orders_placed, orders_of_customer_placed, orders_in_state_placed`);
    await runner.query(`alter table orders drop column external_reference, drop column metadata`);
  }
}
