import type { AsyncLocalStorage } from 'node:async_hooks';
import { UnitOfWork } from '../../../src/platform/unit-of-work/unit-of-work';
import { replaceHandlers } from './consumers';
import type { PlantedBug } from './planted-bug';
import { replaceMethod, unplantable } from './planting';

type Run = (module: string, work: () => Promise<unknown>) => Promise<unknown>;

export const effectsOutsideTransaction: PlantedBug = {
  name: 'effects-outside-transaction',
  sentence:
    'effects are committed before the position moves, so a process that ends in between makes them again',
  plant: () => {
    const running: UnitOfWork[] = [];
    replaceMethod<Run>(
      UnitOfWork,
      'run',
      (original) =>
        function (this: UnitOfWork, module, work) {
          running[0] = this;
          return original.call(this, module, work);
        },
    );
    replaceHandlers((consumer, handle) => (message, envelope) => {
      const [work] = running;
      if (!work) unplantable('messages are handled outside a unit of work');
      return scopesOf(work).exit(() => work.run(consumer.module, () => handle(message, envelope)));
    });
  },
};

function scopesOf(work: UnitOfWork): AsyncLocalStorage<unknown> {
  const { scopes } = work as unknown as { scopes?: AsyncLocalStorage<unknown> };
  if (!scopes) unplantable('a unit of work no longer keeps its scope in `scopes`');
  return scopes;
}
