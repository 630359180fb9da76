import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where this module's subscriptions stand in the logs they read, who works on them, and the messages they
 * hold back.
 */
export class CreateSubscriptions implements MigrationInterface {
  name = 'CreateSubscriptions0000000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table subscriptions (
        subscription text primary key,
        paused       boolean not null default false,
        created_at   timestamptz not null default clock_timestamp()
      )`);
    await runner.query(`
      create table subscription_positions (
        subscription text not null references subscriptions,
        log          text not null,
        lane_group   smallint not null,
        first_lane   smallint not null,
        last_lane    smallint not null,
        generation   int not null,
        tick         bigint not null,
        seq          bigint not null,
        epoch        bigint not null default 0,
        owner        uuid,
        leased_until timestamptz not null default '-infinity',
        moved_at     timestamptz not null default clock_timestamp(),
        primary key (subscription, log, lane_group),
        check (first_lane between 0 and last_lane and last_lane <= 255)
      )`);
    await runner.query(`
      create table subscription_workers (
        worker     uuid primary key,
        alive_until timestamptz not null
      )`);
    await runner.query(`
      create table held_messages (
        subscription text not null references subscriptions,
        log          text not null,
        subject      text not null,
        generation   int not null,
        tick         bigint not null,
        seq          bigint not null,
        lane         smallint not null,
        state        text not null check (state in ('retrying', 'parked', 'queued')),
        attempts     int not null default 0,
        retry_at     timestamptz,
        error        text,
        envelope     jsonb not null,
        held_at      timestamptz not null default clock_timestamp(),
        primary key (subscription, log, subject, generation, tick, seq)
      )`);
    await runner.query(`create index held_messages_due on held_messages (retry_at) where state = 'retrying'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table held_messages, subscription_workers, subscription_positions, subscriptions',
    );
  }
}
