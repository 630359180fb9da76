import * as positions from '../../../src/platform/subscriptions/move-positions';
import { beside } from './beside';
import type { PlantedBug } from './planted-bug';
import { replaceExport } from './planting';

export const positionMovedFirst: PlantedBug = {
  name: 'position-moved-first',
  sentence: 'the position is moved in a transaction of its own before the effects, so a process that ends in between has lost messages',
  plant: () =>
    replaceExport(
      positions,
      'movePositions',
      (original) =>
        (manager, ...rest) =>
          original(beside(manager), ...rest),
    ),
};
