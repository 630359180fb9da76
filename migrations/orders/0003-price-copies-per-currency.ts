import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The copy of list prices holds one for each currency of an item. */
export class PriceCopiesPerCurrency implements MigrationInterface {
  name = 'PriceCopiesPerCurrency0000000001003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table price_copies drop constraint price_copies_pkey, add primary key (item_id, currency)`,
    );
  }

  /** What is left out of the copy is asked of pricing. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `delete from price_copies where item_id in (select item_id from price_copies group by item_id having count(*) > 1)`,
    );
    await runner.query(
      `alter table price_copies drop constraint price_copies_pkey, add primary key (item_id)`,
    );
  }
}
