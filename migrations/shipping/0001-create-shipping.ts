import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Shipments, one per order, and the copy of the addresses that they are packed for. */
export class CreateShipping implements MigrationInterface {
  name = 'CreateShipping0000000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table shipments (
        shipment_id uuid primary key,
        order_id uuid not null unique,
        customer_id uuid,
        state text not null check (state in ('prepared', 'dispatched', 'delivered', 'cancelled', 'failed')),
        lines jsonb not null check (jsonb_typeof(lines) = 'array' and jsonb_array_length(lines) <= 1000),
        address jsonb check (address ? 'country'),
        created_at timestamptz not null,
        dispatched_at timestamptz,
        delivered_at timestamptz,
        version int not null check (version >= 1),
        check (state not in ('prepared', 'dispatched', 'delivered')
               or (customer_id is not null and address is not null and jsonb_array_length(lines) >= 1)),
        check ((state in ('dispatched', 'delivered')) = (dispatched_at is not null)),
        check ((state = 'delivered') = (delivered_at is not null))
      ) with (fillfactor = 80)`);
    await runner.query(`create index shipments_in_state on shipments (state, shipment_id)`);
    await runner.query(`
      create table address_copies (
        customer_id uuid primary key,
        address jsonb not null check (address ? 'country')
      )`);
    await runner.query(
      `comment on table address_copies is 'A copy of the addresses that customers owns. Personal data'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['address_copies', 'shipments']) await runner.query(`drop table ${table}`);
  }
}
