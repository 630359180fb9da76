import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateItems implements MigrationInterface {
  name = 'CreateItems0000000001001';

  async up(runner: QueryRunner): Promise<void> {
    // The byte order of the key is what pages are cut by, so it must not depend on the server's locale.
    await runner.query(`
      create table items (
        item_id text collate "C" primary key check (item_id ~ '^[A-Z0-9][A-Z0-9 ._/+&-]{0,39}$'),
        name text not null check (name <> ''),
        stock_tracked boolean not null,
        withdrawn boolean not null,
        version int not null check (version >= 1)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table items`);
  }
}
