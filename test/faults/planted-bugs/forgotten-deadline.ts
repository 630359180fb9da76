import { SagaDeadlines } from '../../../src/platform/sagas/saga-deadlines';
import type { PlantedBug } from './planted-bug';
import { replaceMethod } from './planting';

export const forgottenDeadline: PlantedBug = {
  name: 'forgotten-deadline',
  sentence: 'nobody looks at deadlines, so a process whose answer never comes waits for ever',
  plant: () => replaceMethod<() => void>(SagaDeadlines, 'onApplicationBootstrap', () => () => undefined),
};
