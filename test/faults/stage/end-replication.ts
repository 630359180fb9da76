import { escapeIdentifier } from 'pg';
import { holdsWithin } from '../patience/wait';
import type { StagePlace } from './stage';

const GONE_WITHIN_MS = 10_000;

const SUBSCRIPTIONS = `
  select s.subname as name from pg_subscription s join pg_database d on d.oid = s.subdbid where d.datname = current_database()`;
const END_SENDERS = `
  select pg_terminate_backend(active_pid) from pg_replication_slots where database = current_database() and active_pid is not null`;
const DROP_SLOTS = `
  select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database() and active_pid is null`;
const SLOTS = 'select count(*)::int as count from pg_replication_slots where database = current_database()';

/**
 * Takes away what a move that was never finished has left: databases with subscriptions or slots cannot be
 * dropped.
 */
export async function endReplication(places: readonly StagePlace[]): Promise<void> {
  for (const { ask } of places) {
    for (const { name } of await ask<{ name: string }>(SUBSCRIPTIONS)) {
      const subscription = escapeIdentifier(name);
      await ask(`alter subscription ${subscription} disable`);
      await ask(`alter subscription ${subscription} set (slot_name = none)`);
      await ask(`drop subscription ${subscription}`);
    }
  }
  for (const { ask } of places) {
    await holdsWithin(GONE_WITHIN_MS, async () => {
      await ask(END_SENDERS);
      await ask(DROP_SLOTS);
      return (await ask<{ count: number }>(SLOTS))[0].count === 0;
    });
  }
}
