import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Of tables that a module made before this: those made later never had the right to delete. The platform's
 * queues keep it.
 */
const QUEUES = ['subscription_workers', 'held_messages', 'idempotency_keys', 'jobs'];

/**
 * A module reads, adds and changes its rows. One that has to delete some says so in a migration:
 * `grant delete on points to` the role in `current_setting('seamline.runtime_role')`.
 */
export class ModulesDeleteNothing implements MigrationInterface {
  name = 'ModulesDeleteNothing0000000000025';

  async up(runner: QueryRunner): Promise<void> {
    await forEachTable(runner, 'revoke delete, truncate on %s from %I');
    // Where the module does not live, rights to write are noted until it does.
    await runner.query(
      `update placement set withheld = coalesce((
         select jsonb_agg(r) from jsonb_array_elements(withheld) r
         where not (r ->> 'privilege' in ('DELETE', 'TRUNCATE') and r ->> 'grantee' = current_setting('seamline.runtime_role', true)
                    and r ->> 'name' <> all ($1))), '[]')
       where withheld <> '[]'`,
      [QUEUES],
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await forEachTable(runner, 'grant delete on %s to %I');
  }
}

async function forEachTable(runner: QueryRunner, statement: string): Promise<void> {
  await runner.query(
    `do $block$
     declare
       found regclass;
     begin
       if current_setting('seamline.runtime_role', true) <> '' then
         for found in
           select c.oid from pg_class c
           where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
             and c.relname not in (${QUEUES.map((name) => `'${name}'`).join(', ')})
             and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname in ('singleton', 'snapshot', 'xid', 'lane_group', 'saga'))
             and c.relname not in ('migrations', 'moves', 'move_steps', 'subscriptions')
         loop
           execute format('${statement}', found, current_setting('seamline.runtime_role'));
         end loop;
       end if;
     end $block$`,
  );
}
