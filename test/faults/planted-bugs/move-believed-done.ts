import * as rule from '../../../src/platform/extraction/whereabouts/whereabouts';
import type { PlantedBug } from './planted-bug';
import { replaceExport } from './planting';

export const moveBelievedDone: PlantedBug = {
  name: 'move-believed-done',
  sentence:
    'a module whose move was cut short counts as moved, so the same command given again says that all is well',
  plant: () =>
    replaceExport(rule, 'whereabouts', (original) => (one, other) => {
      const found = original(one, other);
      if (found.state !== 'leaving' && found.state !== 'between') return found;
      return { state: 'lives', in: found.to, cameBy: found.move, unnoted: [] };
    }),
};
