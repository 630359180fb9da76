import type { EntityManager } from 'typeorm';
import { PROCESS_ID } from '../kernel/process-id';

/** Writes down, for operators, why the lane groups of a subscription that this process works on do not go on, and since when. */
export async function noteStall(manager: EntityManager, subscription: string, log: string, error: string): Promise<void> {
  await write(manager, [subscription, log, PROCESS_ID, error]);
}

/** They go on. */
export async function stallIsOver(manager: EntityManager, subscription: string, log: string): Promise<void> {
  await write(manager, [subscription, log, PROCESS_ID, null]);
}

/** Never waits for a batch that holds the rows. */
async function write(manager: EntityManager, parameters: (string | null)[]): Promise<void> {
  await manager.query(
    `with free as (
       select lane_group from subscription_positions where subscription = $1 and log = $2 and owner = $3 order by lane_group for update skip locked
     )
     update subscription_positions p
     set stalled_by = $4, stalled_since = case when $4::text is not null then coalesce(p.stalled_since, clock_timestamp()) end
     from free where p.subscription = $1 and p.log = $2 and p.lane_group = free.lane_group`,
    parameters,
  );
}
