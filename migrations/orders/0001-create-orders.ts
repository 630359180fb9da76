import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Orders, their returns, and the copies of items and prices that placing an order reads. */
export class CreateOrders0000000001001 implements MigrationInterface {
  name = 'CreateOrders0000000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table orders (
        order_id uuid primary key,
        customer_id uuid not null,
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        total bigint not null check (total between 1 and 9007199254740991),
        state text not null check (state in (
          'placed', 'awaiting-credit', 'awaiting-stock', 'awaiting-payment', 'awaiting-dispatch', 'cancelling', 'awaiting-delivery',
          'capturing', 'releasing-credit', 'undoing', 'completed', 'rejected', 'cancelled')),
        lines jsonb not null check (jsonb_typeof(lines) = 'array' and jsonb_array_length(lines) between 1 and 1000),
        history jsonb not null check (jsonb_typeof(history) = 'array' and jsonb_array_length(history) >= 1),
        placed_at timestamptz not null,
        version int not null check (version >= 1)
      )`);
    await runner.query(`create index orders_of_customer on orders (customer_id, order_id)`);
    await runner.query(`create index orders_in_state on orders (state, order_id)`);

    await runner.query(`
      create table order_returns (
        return_id uuid primary key,
        order_id uuid not null references orders (order_id),
        lines jsonb not null check (jsonb_typeof(lines) = 'array' and jsonb_array_length(lines) between 1 and 1000),
        requested_lines int not null check (requested_lines >= 1),
        refund bigint not null check (refund between 1 and 9007199254740991),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        accepted_at timestamptz not null
      )`);
    await runner.query(`create index returns_of_order on order_returns (order_id, return_id)`);

    await runner.query(`
      create table item_copies (
        item_id text primary key,
        stock_tracked boolean not null,
        withdrawn boolean not null default false
      )`);
    await runner.query(
      `comment on table item_copies is 'A copy of what orders uses of the items that catalog owns'`,
    );
    await runner.query(`
      create table price_copies (
        item_id text primary key,
        unit_price bigint not null check (unit_price between 1 and 9007199254740991),
        currency text not null check (currency ~ '^[A-Z]{3}$')
      )`);
    await runner.query(`comment on table price_copies is 'A copy of the list prices that pricing owns'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['price_copies', 'item_copies', 'order_returns', 'orders'])
      await runner.query(`drop table ${table}`);
  }
}
