import { SagaDeadlines } from '../../../src/platform/sagas/saga-deadlines';
import type { PlantedBug } from './planted-bug';
import { replaceMethod } from './planting';

type Act = (...given: unknown[]) => Promise<void>;

export const firstDeadlineDecides: PlantedBug = {
  name: 'first-deadline-decides',
  sentence:
    'a deadline that cannot be acted on ends the look at all deadlines, and the next look begins with the same one',
  plant: () =>
    replaceMethod<Act>(
      SagaDeadlines,
      'actOn',
      () =>
        function (this: SagaDeadlines, ...given) {
          return (this as unknown as { turnBack: Act }).turnBack(...given);
        },
    ),
};
