import { eventually } from '../../../test/support/eventually';
import { Refusal } from '../domain/refusal';
import { Circuit } from './circuit';
import { ModuleUnreachable } from './module-unreachable';

describe('the circuit breaker of a module', () => {
  let changes: string[];
  let calls: number;
  let circuit: Circuit;

  beforeEach(() => {
    [changes, calls] = [[], 0];
    circuit = new Circuit('shop', { failures: 3, pauseMs: 100 }, (state) => changes.push(state));
  });

  const call = (answer: () => unknown) =>
    circuit.run(async () => {
      calls += 1;
      return answer();
    });
  const away = () => {
    throw new ModuleUnreachable('shop', 'no-answer');
  };
  const refusing = () => {
    throw new Refusal('conflict', 'shop.closed', 'Closed.');
  };
  const open = async (): Promise<void> => {
    for (let attempt = 0; attempt < 3; attempt += 1) await expect(call(away)).rejects.toMatchObject({ reason: 'no-answer' });
  };

  it('lets answers through, and refusals are answers', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) await expect(call(refusing)).rejects.toThrow(Refusal);
    await expect(call(() => 1)).resolves.toBe(1);
    expect({ isOpen: circuit.isOpen, changes }).toEqual({ isOpen: false, changes: [] });
  });

  it('is not opened by failures with answers between them', async () => {
    for (const answer of [away, away, refusing, away, away]) await expect(call(answer)).rejects.toThrow();
    expect(circuit.isOpen).toBe(false);
  });

  it('opens after some failures in a row, and then the module is left alone', async () => {
    circuit = new Circuit('shop', { failures: 3, pauseMs: 60_000 }, (state) => changes.push(state));
    await open();
    await expect(call(() => 1)).rejects.toMatchObject({ code: 'MODULE_UNREACHABLE', reason: 'circuit-open' });
    expect({ calls, isOpen: circuit.isOpen, changes }).toEqual({ calls: 3, isOpen: true, changes: ['open'] });
  });

  it('closes again when a call is answered', async () => {
    await open();
    await eventually(() => expect(call(() => 'back')).resolves.toBe('back'));
    expect({ isOpen: circuit.isOpen, changes }).toEqual({ isOpen: false, changes: ['open', 'closed'] });
  });
});
