import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Credit accounts and what orders hold on them; payments and their refunds. */
export class CreatePayments implements MigrationInterface {
  name = 'CreatePayments0000000001001';

  async up(runner: QueryRunner): Promise<void> {
    // A lowered limit may leave the open holds above it, so that rule is the account's, under its row lock.
    await runner.query(`
      create table credit_accounts (
        customer_id  uuid primary key,
        limit_amount bigint not null check (limit_amount >= 0),
        currency     text not null check (currency ~ '^[A-Z]{3}$'),
        held         bigint not null check (held >= 0),
        revision     int not null,
        version      int not null
      ) with (fillfactor = 80)`);
    await runner.query(`
      create table credit_holds (
        order_id    uuid primary key,
        state       text not null check (state in ('held', 'refused', 'released', 'forestalled')),
        customer_id uuid references credit_accounts,
        amount      bigint not null check (amount >= 0),
        version     int not null,
        check (state <> 'held' or customer_id is not null)
      )`);
    await runner.query(`create index credit_holds_open on credit_holds (customer_id) where state = 'held'`);
    await runner.query(`
      create table payments (
        order_id          uuid primary key,
        state             text not null check (state in ('requested', 'authorised', 'declined', 'capturing', 'captured', 'voiding', 'voided', 'forestalled')),
        customer_id       uuid,
        amount            bigint not null check (amount >= 0),
        currency          text check (currency ~ '^[A-Z]{3}$'),
        authorisation_id  text,
        decline_reason    text,
        refunds_requested bigint not null,
        refunded          bigint not null check (refunded >= 0),
        version           int not null,
        check (refunded <= refunds_requested and refunds_requested <= amount),
        check (refunds_requested = 0 or state = 'captured'),
        check (state not in ('authorised', 'capturing', 'captured') or authorisation_id is not null)
      )`);
    await runner.query(`
      create table refunds (
        return_id uuid primary key,
        order_id  uuid not null references payments,
        amount    bigint not null check (amount >= 0),
        state     text not null check (state in ('requested', 'refunded'))
      )`);
    await runner.query('create index refunds_of_order on refunds (order_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table refunds, payments, credit_holds, credit_accounts');
  }
}
