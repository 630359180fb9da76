import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A message that was parked because its process was too old for it says which version can read it: a process
 * that knows that version takes it up by itself. Older processes leave the column alone.
 */
export class WaitForVersion implements MigrationInterface {
  name = 'WaitForVersion0000000000034';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table deferred_messages add column wants_version int');
    await runner.query(`
      do $block$
      declare
        runtime text := current_setting('seamline.runtime_role', true);
      begin
        if runtime <> '' then
          -- Where the module does not live, rights to write are only noted.
          if exists (select from placement where state in ('fenced', 'moved')) then
            update placement set withheld = withheld || (
              select jsonb_agg(jsonb_build_object('privilege', privilege, 'kind', 'table', 'name', 'deferred_messages',
                'column', 'wants_version', 'grantee', runtime, 'grantable', false))
              from unnest(array['INSERT', 'UPDATE']) as privilege);
          else
            execute format('grant insert (wants_version), update (wants_version) on deferred_messages to %I', runtime);
          end if;
        end if;
      end $block$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table deferred_messages drop column wants_version');
    await runner.query(`
      update placement set withheld = (
        select coalesce(jsonb_agg(r order by place), '[]') from jsonb_array_elements(withheld) with ordinality as w (r, place)
        where r ->> 'column' is distinct from 'wants_version')
      where withheld <> '[]'`);
  }
}
