import { SagaMachine } from './saga-machine';
import type { SagaDefinition } from './saga-definition';
import type { RegisteredSaga, SagaRegistry } from './saga-registry';
import type { SagaRuntime } from './saga-runtime';
import { Sagas } from './sagas';

class Begun {}

const withoutCallOff: SagaDefinition<object> = {
  name: 'shop.process',
  aggregateType: 'process',
  correlateBy: 'id',
  start: { event: Begun, state: 'begun', facts: () => ({}) },
  steps: [{ name: 'only', kind: 'pivot', state: 'waiting', done: { event: Begun } }],
  completed: 'done',
};
const callOff = { outcome: 'cancelled', reason: 'called-off', lost: 'too-late' };

/** The way to a process that is stored as it is after its start; undefined for one that has not begun. */
function sagasOf(definition: SagaDefinition<object>, hasBegun: boolean): { sagas: Sagas; ended: string[] } {
  const ended: string[] = [];
  const machine = new SagaMachine(definition);
  const now = new Date(0);
  let stored = hasBegun ? machine.start('1', {}, now).instance : undefined;
  const runtime: Pick<SagaRuntime, 'transition' | 'endBeforeStart'> = {
    async transition(_saga, _id, decide) {
      const next = stored && decide(stored, now);
      if (next) stored = next.instance;
      return Boolean(next);
    },
    async endBeforeStart(_saga, _id, outcome, reason) {
      if (!hasBegun) ended.push(outcome, reason);
      return !hasBegun;
    },
  };
  const registry = {
    named: () => ({ definition, machine }) as unknown as RegisteredSaga,
  } as unknown as SagaRegistry;
  return { sagas: new Sagas(registry, runtime as SagaRuntime), ended };
}

describe('a process that is called off', () => {
  it('turns back, and has been called off however often it is asked for', async () => {
    const { sagas } = sagasOf({ ...withoutCallOff, callOff }, true);
    expect([await sagas.callOff(withoutCallOff, '1'), await sagas.callOff(withoutCallOff, '1')]).toEqual([
      true,
      true,
    ]);
  });

  it('ends as it is declared where it has not begun', async () => {
    const { sagas, ended } = sagasOf({ ...withoutCallOff, callOff }, false);
    expect(await sagas.callOff(withoutCallOff, '1')).toBe(true);
    expect(ended).toEqual(['cancelled', 'called-off']);
  });

  it('says callOff in its definition', async () => {
    await expect(sagasOf(withoutCallOff, true).sagas.callOff(withoutCallOff, '1')).rejects.toThrow(
      '"shop.process" cannot be called off',
    );
  });
});
