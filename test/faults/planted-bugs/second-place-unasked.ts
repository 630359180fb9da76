import { OtherLocations } from '../../../src/platform/placement/other-locations';
import type { PlantedBug } from './planted-bug';
import { replaceMethod } from './planting';

export const secondPlaceUnasked: PlantedBug = {
  name: 'second-place-unasked',
  sentence:
    'a process does not ask whether its module lives elsewhere, so an empty database makes a second place of it',
  plant: () => replaceMethod<() => Promise<undefined>>(OtherLocations, 'of', () => async () => undefined),
};
