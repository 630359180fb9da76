import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is copied of an item never changes: the running process adds it and does not change it. */
export class ItemCopiesAreOnlyAdded implements MigrationInterface {
  name = 'ItemCopiesAreOnlyAdded0000000001002';

  up = (runner: QueryRunner): Promise<void> => change(runner, 'revoke update on item_copies from %I');
  down = (runner: QueryRunner): Promise<void> => change(runner, 'grant update on item_copies to %I');
}

async function change(runner: QueryRunner, statement: string): Promise<void> {
  await runner.query(`
    do $block$ begin
      if current_setting('seamline.runtime_role', true) <> '' then
        execute format('${statement}', current_setting('seamline.runtime_role'));
      end if;
    end $block$`);
}
