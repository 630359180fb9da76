import { PositionStore } from '../../../src/platform/subscriptions/position-store';
import { beside } from './beside';
import { type Move, storeOn } from './moving';
import type { PlantedBug } from './planted-bug';
import { replaceMethod } from './planting';

export const positionMovedFirst: PlantedBug = {
  name: 'position-moved-first',
  sentence:
    'the position is moved in a transaction of its own before the effects, so a process that ends in between has lost messages',
  plant: () =>
    replaceMethod<Move>(
      PositionStore,
      'move',
      (original) =>
        function (this: PositionStore, ...given) {
          return original.apply(storeOn(this, beside), given);
        },
    ),
};
