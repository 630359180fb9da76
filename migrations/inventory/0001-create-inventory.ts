import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stock per item, reservations per order, and the copy of what inventory uses of catalog's items. */
export class CreateInventory implements MigrationInterface {
  name = 'CreateInventory0000000001001';

  async up(runner: QueryRunner): Promise<void> {
    // The byte order of the key is what pages are cut by, so it must not depend on the server's locale.
    // Room in each page keeps the many updates of figures on it, without touching the index.
    await runner.query(`
      create table stock_items (
        item_id text collate "C" primary key check (item_id ~ '^[A-Z0-9][A-Z0-9 ._/+&-]{0,39}$'),
        on_hand bigint not null default 0,
        reserved bigint not null default 0 check (reserved >= 0),
        received bigint not null default 0 check (received >= 0),
        adjusted bigint not null default 0,
        dispatched bigint not null default 0 check (dispatched >= 0),
        returned bigint not null default 0 check (returned >= 0),
        version int not null default 0 check (version >= 0),
        constraint reserved_is_on_hand check (on_hand >= reserved),
        constraint on_hand_is_accounted_for check (on_hand = received + adjusted - dispatched + returned)
      ) with (fillfactor = 50)`);
    await runner.query(`
      create table reservations (
        order_id uuid primary key,
        state text not null check (state in ('reserved', 'refused', 'released', 'forestalled', 'dispatched')),
        lines jsonb not null check (jsonb_typeof(lines) = 'array' and jsonb_array_length(lines) <= 1000),
        shipment_id uuid unique,
        returns jsonb not null check (jsonb_typeof(returns) = 'array'),
        version int not null check (version >= 1),
        check ((state = 'dispatched') = (shipment_id is not null)),
        check (state not in ('reserved', 'dispatched') or jsonb_array_length(lines) >= 1),
        check (state in ('reserved', 'dispatched') or jsonb_array_length(returns) = 0)
      ) with (fillfactor = 80)`);
    await runner.query(`
      create table item_copies (
        item_id text collate "C" primary key,
        stock_tracked boolean not null
      )`);
    await runner.query(
      `comment on table item_copies is 'A copy of what inventory uses of the items that catalog owns'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['item_copies', 'reservations', 'stock_items'])
      await runner.query(`drop table ${table}`);
  }
}
