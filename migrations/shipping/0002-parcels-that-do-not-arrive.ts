import type { MigrationInterface, QueryRunner } from 'typeorm';

const BEFORE = {
  states: `'prepared', 'dispatched', 'delivered', 'cancelled', 'failed'`,
  left: `'dispatched', 'delivered'`,
};
const NOW = {
  states: `'prepared', 'dispatched', 'delivered', 'refused', 'lost', 'returned', 'cancelled', 'failed'`,
  left: `'dispatched', 'delivered', 'refused', 'lost', 'returned'`,
};

/** A parcel may be refused, lost or returned, and it is known when something was last heard of it. */
export class ParcelsThatDoNotArrive implements MigrationInterface {
  name = 'ParcelsThatDoNotArrive0000000001002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table shipments add column heard_at timestamptz`);
    // No silence is longer than this version has listened.
    await runner.query(`update shipments set heard_at = now() where state = 'dispatched'`);
    await allow(runner, NOW);
    await runner.query(
      `create index shipments_heard on shipments (coalesce(heard_at, dispatched_at)) where state in ('dispatched', 'refused')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $$ declare astray uuid; begin
        select shipment_id into astray from shipments where state in ('refused', 'lost', 'returned') order by shipment_id limit 1;
        if astray is not null then
          raise exception 'The shipment % was refused, lost or returned, which cannot be kept. Delete such shipments first.', astray;
        end if;
      end $$`);
    await runner.query(`drop index shipments_heard`);
    await allow(runner, BEFORE);
    await runner.query(`alter table shipments drop column heard_at`);
  }
}

async function allow(runner: QueryRunner, { states, left }: typeof NOW): Promise<void> {
  await runner.query(`
    alter table shipments drop constraint shipments_state_check, drop constraint shipments_check, drop constraint shipments_check1,
      add constraint shipments_state_check check (state in (${states})),
      add constraint shipments_check check (state not in ('prepared', ${left})
        or (customer_id is not null and address is not null and jsonb_array_length(lines) >= 1)),
      add constraint shipments_check1 check ((state in (${left})) = (dispatched_at is not null))`);
}
