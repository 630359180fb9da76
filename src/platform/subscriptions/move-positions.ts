import type { EntityManager } from 'typeorm';
import { failpoint } from '../kernel/failpoints';
import type { LogPosition } from '../messages/envelope';
import { FencedError } from './failure';
import type { Lease } from './lease';

/**
 * Moves the stored positions of some lane groups in the running transaction, by compare-and-set on epoch and position,
 * and holds their rows until it ends. Throws `FencedError` when any of them changed hands. A position may have gone on from
 * where this process knows it: a renewal of the lease takes it as far as was read without finding anything to handle.
 */
export async function movePositions(manager: EntityManager, leases: readonly Lease[], to: LogPosition, leaseMs: number): Promise<void> {
  failpoint('position.before-move');
  const [first] = leases;
  const moved: unknown[] = await manager
    .query(
      `with wanted as (
       select * from unnest($3::smallint[], $4::bigint[], $5::int[], $6::bigint[], $7::bigint[], $8::int[], $9::bigint[], $10::bigint[])
         as w (lane_group, epoch, stored_generation, stored_tick, stored_seq, scanned_generation, scanned_tick, scanned_seq)
     ), held as (
       select p.lane_group from subscription_positions p join wanted w using (lane_group, epoch)
       where p.subscription = $1 and p.log = $2
         and (p.generation, p.tick, p.seq) between (stored_generation, stored_tick, stored_seq) and (scanned_generation, scanned_tick, scanned_seq)
       order by p.lane_group for update of p
     )
     update subscription_positions p
     set generation = $11, tick = $12, seq = $13, moved_at = clock_timestamp(),
         leased_until = clock_timestamp() + $14::float8 * interval '1 millisecond'
     from held where p.subscription = $1 and p.log = $2 and p.lane_group = held.lane_group
     returning 1`,
      [
        first.subscription,
        first.log,
        leases.map((lease) => lease.laneGroup),
        leases.map((lease) => lease.epoch.toString()),
        leases.map((lease) => lease.stored.generation),
        leases.map((lease) => lease.stored.tick.toString()),
        leases.map((lease) => lease.stored.seq.toString()),
        leases.map((lease) => lease.scanned.generation),
        leases.map((lease) => lease.scanned.tick.toString()),
        leases.map((lease) => lease.scanned.seq.toString()),
        to.generation,
        to.tick.toString(),
        to.seq.toString(),
        leaseMs,
      ],
    )
    .then(affectedRows);
  if (moved.length !== leases.length) throw new FencedError(first.subscription, first.log);
  failpoint('position.after-move');
}

/** TypeORM answers an `update ... returning` with `[rows, count]`. */
export const affectedRows = <T>(result: T[] | [T[], number]): T[] =>
  result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number' ? result[0] : (result as T[]);
