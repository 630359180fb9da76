import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Points accounts, the copy of placed orders, and how often each customer was thanked. */
export class CreateLoyalty implements MigrationInterface {
  name = 'CreateLoyalty0000000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table points_accounts (
        customer_id uuid primary key,
        balance int not null check (balance >= 0),
        last_given_at timestamptz,
        version int not null check (version >= 0)
      ) with (fillfactor = 80)`);
    await runner.query(
      'create index points_accounts_unused on points_accounts (last_given_at) where balance > 0',
    );
    await runner.query(
      'create table placed_orders (order_id uuid primary key, customer_id uuid not null, total bigint not null)',
    );
    await runner.query(
      `comment on table placed_orders is 'A copy of the customer and the total of the orders that orders owns'`,
    );
    await runner.query('create table thanks (customer_id uuid primary key, mails int not null)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table thanks, placed_orders, points_accounts');
  }
}
