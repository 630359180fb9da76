import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A return is a fact: the running process adds it and does not change it. Copies of prices go when their item
 * has them no more.
 */
export class ReturnsAreOnlyAdded implements MigrationInterface {
  name = 'ReturnsAreOnlyAdded0000000001002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $block$
      declare
        runtime text := current_setting('seamline.runtime_role', true);
        mine jsonb := jsonb_build_object('privilege', 'DELETE', 'kind', 'table', 'name', 'price_copies', 'column', null, 'grantee', runtime, 'grantable', false);
      begin
        if runtime <> '' then
          execute format('revoke update on order_returns from %I', runtime);
          -- Where the module does not live, rights to write are only noted.
          if exists (select from placement where state in ('fenced', 'moved')) then
            update placement set withheld = mine || coalesce((
              select jsonb_agg(r) from jsonb_array_elements(withheld) r
              where not (r ->> 'name' = 'order_returns' and r ->> 'privilege' = 'UPDATE' and r ->> 'grantee' = runtime)), '[]');
          else
            execute format('grant delete on price_copies to %I', runtime);
          end if;
        end if;
      end $block$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $block$ begin
        if current_setting('seamline.runtime_role', true) <> '' and not exists (select from placement where state in ('fenced', 'moved')) then
          execute format('grant update on order_returns to %I', current_setting('seamline.runtime_role'));
        end if;
      end $block$`);
  }
}
