import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An item has a price in each currency that it is sold in. They stay one row, because they are one key of the
 * log: its lock keeps their messages in order, and its version goes on counting them.
 */
export class PricesPerCurrency implements MigrationInterface {
  name = 'PricesPerCurrency0000000001003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table prices add column amounts jsonb`);
    await runner.query(`update prices set amounts = jsonb_build_object(currency, amount)`);
    await runner.query(`
      alter table prices alter column amounts set not null,
        add constraint prices_amounts_check check (
          jsonb_typeof(amounts) = 'object' and amounts <> '{}'
          and not jsonb_path_exists(amounts, '$.* ? (@.type() != "number")')
          and not jsonb_path_exists(amounts, '$.* ? (@ < 1 || @ > 9007199254740991 || @.floor() != @)')
          and not jsonb_path_exists(amounts, '$.keyvalue() ? (!(@.key like_regex "^[A-Z]{3}$"))')),
        drop column amount, drop column currency`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $$ declare several text; begin
        select item_id into several from prices where (select count(*) from jsonb_object_keys(amounts)) > 1 order by item_id limit 1;
        if several is not null then
          raise exception 'The item % has prices in several currencies, which cannot be kept. Delete all but one from pricing.prices.amounts first.', several;
        end if;
      end $$`);
    await runner.query(
      `alter table prices add column amount bigint check (amount >= 1), add column currency text check (currency ~ '^[A-Z]{3}$')`,
    );
    await runner.query(`
      update prices set currency = found.key, amount = found.value::bigint
      from (select item_id, (jsonb_each_text(amounts)).* from prices) found where found.item_id = prices.item_id`);
    await runner.query(`
      alter table prices alter column amount set not null, alter column currency set not null, drop column amounts`);
  }
}
