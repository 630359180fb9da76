import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A customer has a credit account for each currency, under an id of its own. The accounts that exist keep
 * their key in the log, which is the customer's id: all of them are in GBP, because no other currency could
 * be had.
 */
export class CreditPerCurrency implements MigrationInterface {
  name = 'CreditPerCurrency0000000001003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table credit_holds add column currency text check (currency ~ '^[A-Z]{3}$')`);
    await runner.query(`
      update credit_holds h set currency = (select a.currency from credit_accounts a where a.customer_id = h.customer_id)
      where h.customer_id is not null`);
    await runner.query(`alter table credit_holds drop constraint credit_holds_customer_id_fkey`);

    await runner.query(`alter table credit_accounts add column account_id text`);
    await runner.query(
      `update credit_accounts set account_id = customer_id || case currency when 'GBP' then '' else '/' || currency end`,
    );
    await runner.query(`
      alter table credit_accounts alter column account_id set not null,
        drop constraint credit_accounts_pkey, add primary key (account_id), add unique (customer_id, currency),
        add check (account_id = customer_id || case currency when 'GBP' then '' else '/' || currency end)`);

    await runner.query(`
      alter table credit_holds add foreign key (customer_id, currency) references credit_accounts (customer_id, currency),
        add check ((customer_id is null) = (currency is null))`);
    await runner.query(`drop index credit_holds_open`);
    await runner.query(
      `create index credit_holds_open on credit_holds (customer_id, currency) where state = 'held'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $$ declare other text; begin
        select account_id into other from credit_accounts where currency <> 'GBP' order by account_id limit 1;
        if other is not null then
          raise exception 'There is a credit account in another currency than GBP, %, which cannot be kept. Delete such accounts and their holds first.', other;
        end if;
      end $$`);
    await runner.query(`drop index credit_holds_open`);
    await runner.query(
      `alter table credit_holds drop constraint credit_holds_customer_id_currency_fkey, drop column currency`,
    );
    await runner.query(`
      alter table credit_accounts drop column account_id, drop constraint credit_accounts_customer_id_currency_key, add primary key (customer_id)`);
    await runner.query(`alter table credit_holds add foreign key (customer_id) references credit_accounts`);
    await runner.query(`create index credit_holds_open on credit_holds (customer_id) where state = 'held'`);
  }
}
