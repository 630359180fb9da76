import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Goods of a lost parcel are counted, and a reservation tells what became of a parcel that did not arrive.
 */
export class GoodsOfParcelsThatDoNotArrive implements MigrationInterface {
  name = 'GoodsOfParcelsThatDoNotArrive0000000001003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table stock_items add column lost bigint not null default 0 check (lost >= 0)`);
    await runner.query(`
      alter table reservations add column parcel text check (parcel in ('lost', 'returned')),
        add constraint parcel_had_left check (parcel is null or state in ('reserved', 'dispatched') and jsonb_array_length(returns) = 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $$ declare settled uuid; begin
        select order_id into settled from reservations where parcel is not null order by order_id limit 1;
        if settled is not null then
          raise exception 'The parcel of the order % did not arrive, which cannot be kept. Delete such reservations first.', settled;
        end if;
      end $$`);
    await runner.query('alter table reservations drop column parcel');
    await runner.query('alter table stock_items drop column lost');
  }
}
