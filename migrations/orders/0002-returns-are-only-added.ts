import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A return is a fact: the running process adds it and does not change it. */
export class ReturnsAreOnlyAdded implements MigrationInterface {
  name = 'ReturnsAreOnlyAdded0000000001002';

  up = (runner: QueryRunner): Promise<void> => change(runner, 'revoke update on order_returns from %I');
  down = (runner: QueryRunner): Promise<void> => change(runner, 'grant update on order_returns to %I');
}

async function change(runner: QueryRunner, statement: string): Promise<void> {
  await runner.query(`
    do $block$ begin
      if current_setting('seamline.runtime_role', true) <> '' then
        execute format('${statement}', current_setting('seamline.runtime_role'));
      end if;
    end $block$`);
}
