import { Clock } from '../../../src/platform/unit-of-work/clock';
import type { PlantedBug } from './planted-bug';
import { replaceGetter } from './planting';

type Databases = { now(module: string | undefined): number };

export const ownClock: PlantedBug = {
  name: 'own-clock',
  sentence: 'deadlines are set and judged by the clock of whichever process comes by',
  plant: () =>
    replaceGetter(Clock, 'aheadMs', () => {
      return function (this: Clock) {
        const { databases } = this as unknown as { databases?: Databases };
        return databases ? Date.now() - databases.now(undefined) : 0;
      };
    }),
};
