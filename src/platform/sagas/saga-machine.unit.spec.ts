import { defineSaga } from './saga-definition';
import { SagaMachine } from './saga-machine';

class Begun {}
class Shipped {}
class Thanked {}

/** The last step is of no kind that forbids to turn back: only the pivot before it does. */
const definition = defineSaga<object>({
  name: 'shop.process',
  aggregateType: 'process',
  correlateBy: 'id',
  start: { event: Begun, state: 'begun', facts: () => ({}) },
  steps: [
    { name: 'ship', kind: 'pivot', state: 'shipping', done: { event: Shipped } },
    { name: 'thank', kind: 'compensatable', state: 'thanking', done: { event: Thanked } },
  ],
  completed: 'done',
});
const NOW = new Date(0);

describe('A process', () => {
  const machine = new SagaMachine(definition);
  const begun = machine.start('1', {}, NOW).instance;

  it('is turned back on request until its pivot is done, and not after, whatever step comes next', () => {
    const shipped = machine.on(begun, new Shipped(), NOW)!.instance;
    expect(shipped).toMatchObject({ state: 'thanking', final: false });
    expect(machine.requestUndo(begun, 'cancelled', 'called off')?.instance.outcome).toBe('cancelled');
    expect(machine.requestUndo(shipped, 'cancelled', 'called off')).toBeNull();
  });
});
