import { setTimeout as sleep } from 'node:timers/promises';
import { moduleNames } from '../../support/modules';
import type { Stage } from './stage';
import { machine } from '../patience/machine-speed';

/** A part of a subscription's lanes, and the process that holds the lease of it. */
export interface LaneGroup {
  readonly id: string;
  readonly owner: string | null;
  /** The lease was not renewed in time. */
  readonly over: boolean;
}

const SHARED_WITHIN_MS = 20_000;

/** All lane groups of all subscriptions, as they stand in the database. */
export const laneGroups = (stage: Stage): Promise<LaneGroup[]> =>
  stage.askAsAuditor<LaneGroup>(
    moduleNames
      .map(
        (module) =>
          `select subscription || ' ' || log || ' ' || lane_group as id, owner, leased_until < clock_timestamp() as over from ${module}.subscription_positions`,
      )
      .join(' union all '),
  );

/**
 * Waits until so many processes hold all lane groups among them, each at least one; by default as many as
 * there are.
 */
export async function untilShared(stage: Stage, processes = stage.hosts.length): Promise<LaneGroup[]> {
  const isOver = machine.within(SHARED_WITHIN_MS);
  for (;;) {
    const groups = await laneGroups(stage);
    const held = groups.filter(({ owner, over }) => owner !== null && !over);
    const owners = new Set(held.map(({ owner }) => owner));
    if (held.length === groups.length && owners.size === processes) return groups;
    if (isOver())
      throw new Error(
        `${held.length} of ${groups.length} lane groups are held, by ${owners.size} processes and not by ${processes}.`,
      );
    await sleep(50);
  }
}
