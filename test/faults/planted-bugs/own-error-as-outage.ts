import * as failure from '../../../src/platform/subscriptions/failure';
import type { PlantedBug } from './planted-bug';
import { replaceExport } from './planting';

export const ownErrorAsOutage: PlantedBug = {
  name: 'own-error-as-outage',
  sentence:
    'a transaction that a handler has spoiled counts as a failure of the surroundings, so everything waits until it is over',
  plant: () =>
    replaceExport(
      failure,
      'isTransient',
      (original) => (error) => (error as Error).name === 'SwallowedError' || original(error),
    ),
};
