import { failpoint } from '../../../src/platform/kernel/failpoints';
import { PositionStore } from '../../../src/platform/subscriptions/position-store';
import { connectionOf, type Move } from './moving';
import type { PlantedBug } from './planted-bug';
import { replaceMethod } from './planting';

export const missingFence: PlantedBug = {
  name: 'missing-fence',
  sentence:
    'positions are moved whoever holds the lease by now, so a process that was away goes on where it was',
  plant: () =>
    replaceMethod<Move>(
      PositionStore,
      'move',
      () =>
        async function (this: PositionStore, leases, to) {
          failpoint('position.before-move');
          await connectionOf(this).query(
            `update subscription_positions set generation = $4, tick = $5, seq = $6, moved_at = clock_timestamp()
         where subscription = $1 and log = $2 and lane_group = any ($3)`,
            [
              leases[0].subscription,
              leases[0].log,
              leases.map(({ laneGroup }) => laneGroup),
              to.generation,
              to.tick.toString(),
              to.seq.toString(),
            ],
          );
        },
    ),
};
