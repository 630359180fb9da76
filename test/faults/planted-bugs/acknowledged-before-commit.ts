import { PositionStore } from '../../../src/platform/subscriptions/position-store';
import { RemoteLogs } from '../../../src/platform/transport/remote-logs';
import { beside } from './beside';
import { type Move, storeOn } from './moving';
import type { PlantedBug } from './planted-bug';
import { replaceMethod } from './planting';

type Open = (log: string) => Promise<unknown>;

/**
 * With a consumer of the broker's own this would be an acknowledgement; here it is the position, which must
 * move with the effects.
 */
export const acknowledgedBeforeCommit: PlantedBug = {
  name: 'acknowledged-before-commit',
  sentence:
    'what came over the broker counts as handled before its effects are committed, so a process that ends in between has lost messages',
  plant: () => {
    const remote = new Set<string>();
    replaceMethod<Open>(
      RemoteLogs,
      'open',
      (original) =>
        function (this: RemoteLogs, log) {
          remote.add(log);
          return original.call(this, log);
        },
    );
    replaceMethod<Move>(
      PositionStore,
      'move',
      (original) =>
        function (this: PositionStore, leases, ...rest) {
          return original.call(remote.has(leases[0].log) ? storeOn(this, beside) : this, leases, ...rest);
        },
    );
  },
};
