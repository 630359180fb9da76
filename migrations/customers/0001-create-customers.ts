import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCustomers implements MigrationInterface {
  name = 'CreateCustomers0000000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table customers (
        customer_id uuid primary key,
        name text not null check (name <> ''),
        email text check (email <> ''),
        address jsonb not null check (address ? 'country'),
        version int not null check (version >= 1)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table customers`);
  }
}
