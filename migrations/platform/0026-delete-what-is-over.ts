import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Failures of deadlines are forgotten when they are over, and how much was published is looked up at the
 * sequence of the log.
 */
export class DeleteWhatIsOver implements MigrationInterface {
  name = 'DeleteWhatIsOver0000000000026';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $block$
      declare
        runtime text := current_setting('seamline.runtime_role', true);
      begin
        if runtime <> '' then
          execute format('grant select on sequence outbox_seq_seq to %I', runtime);
          -- Where the module does not live, rights to write are only noted.
          if exists (select from placement where state in ('fenced', 'moved')) then
            update placement set withheld = withheld || jsonb_build_array(jsonb_build_object(
              'privilege', 'DELETE', 'kind', 'table', 'name', 'saga_deadline_failures', 'column', null, 'grantee', runtime, 'grantable', false));
          else
            execute format('grant delete on saga_deadline_failures to %I', runtime);
          end if;
        end if;
      end $block$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $block$ begin
        if current_setting('seamline.runtime_role', true) <> '' then
          execute format('revoke select on sequence outbox_seq_seq from %I', current_setting('seamline.runtime_role'));
          execute format('revoke delete on saga_deadline_failures from %I', current_setting('seamline.runtime_role'));
        end if;
      end $block$`);
  }
}
