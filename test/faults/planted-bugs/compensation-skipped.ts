import { SagaMachine, type SagaInstance, type Transition } from '../../../src/platform/sagas/saga-machine';
import type { PlantedBug } from './planted-bug';
import { replaceMethod } from './planting';

type On = (instance: SagaInstance<object>, event: object, now: Date) => Transition<object> | null;

export const compensationSkipped: PlantedBug = {
  name: 'compensation-skipped',
  sentence: 'a process that is turned back undoes its last step and forgets those before it',
  plant: () =>
    replaceMethod<On>(
      SagaMachine,
      'on',
      (original) =>
        function (this: SagaMachine<object>, instance, event, now) {
          const next = original.call(this, instance, event, now);
          const { outcome } = next?.instance ?? {};
          if (!next || instance.outcome === undefined || outcome === undefined) return next;
          return { instance: { ...next.instance, state: outcome, final: true }, commands: [] };
        },
    ),
};
