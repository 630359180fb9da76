import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Claims an `Idempotency-Key` and looks its first answer up in one statement. */
export class ClaimIdempotencyKey implements MigrationInterface {
  name = 'ClaimIdempotencyKey0000000000006';

  async up(runner: QueryRunner): Promise<void> {
    // The lock comes first and in a statement of its own: the next statement's snapshot then shows what its
    // last holder committed. It is tried and not waited for, or a second request would hold a connection for
    // as long as the first.
    await runner.query(`
      create function claim_idempotency_key(
        claimed_key text, claimed_route text, claimed_caller text, not_before timestamptz,
        out locked boolean, out fingerprint text, out answer jsonb
      ) language plpgsql as $function$
      begin
        locked := pg_try_advisory_xact_lock(
          hashtextextended(jsonb_build_array('idempotency', current_schema(), claimed_route, claimed_caller, claimed_key)::text, 0));
        if locked then
          select k.fingerprint, k.answer into fingerprint, answer from idempotency_keys k
          where k.key = claimed_key and k.route = claimed_route and k.caller = claimed_caller and k.created_at > not_before;
        end if;
      end
      $function$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function claim_idempotency_key');
  }
}
