import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A module may be leaving: its processes release it, and still have the rights to write. */
export class AllowLeaving implements MigrationInterface {
  name = 'AllowLeaving0000000000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table placement drop constraint placement_state_check,
        add constraint placement_state_check check (state in ('active', 'leaving', 'fenced', 'moved'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`update placement set state = 'active', elsewhere = null where state = 'leaving'`);
    await runner.query(`
      alter table placement drop constraint placement_state_check,
        add constraint placement_state_check check (state in ('active', 'fenced', 'moved'))`);
  }
}
