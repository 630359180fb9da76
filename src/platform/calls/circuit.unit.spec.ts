import { eventually } from '../../../test/support/eventually';
import { Refusal } from '../domain/refusal';
import { Circuit } from './circuit';
import { Deadline } from '../kernel/deadline';
import { ModuleUnreachable } from '../messages/module-unreachable';

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
    }, Deadline.in(60_000));
  const away = () => {
    throw new ModuleUnreachable('shop', 'no-answer');
  };
  const refusing = () => {
    throw new Refusal('conflict', 'shop.closed', 'Closed.');
  };
  const open = async (): Promise<void> => {
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(call(away)).rejects.toMatchObject({ reason: 'no-answer' });
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

  it('is neither opened nor closed by calls that had no time', async () => {
    const hurried = () => {
      throw new ModuleUnreachable('shop', 'out-of-time');
    };
    for (let attempt = 0; attempt < 10; attempt += 1)
      await expect(call(hurried)).rejects.toMatchObject({ reason: 'out-of-time' });
    expect(circuit.isOpen).toBe(false);
    // Failures around them are still failures in a row.
    const row = new Circuit('shop', { failures: 3, pauseMs: 60_000 });
    for (const answer of [away, hurried, away, hurried, away]) {
      await expect(row.run(async () => answer(), Deadline.in(60_000))).rejects.toThrow(ModuleUnreachable);
    }
    expect(row.isOpen).toBe(true);
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

  it('holds no call beyond its deadline while another one tries whether the module is back', async () => {
    const tried = new Circuit('shop', { failures: 1, pauseMs: 1 });
    await expect(tried.run(async () => away(), Deadline.in(60_000))).rejects.toThrow(ModuleUnreachable);
    let answer = (): void => undefined;
    const trying = await eventually(async () => {
      let hasBegun = false;
      const begun = new Promise<void>((resolve) => (answer = resolve));
      const running = tried.run(() => ((hasBegun = true), begun), Deadline.in(60_000));
      if (!hasBegun) await running;
      return { running };
    });
    await expect(tried.run(async () => 1, Deadline.in(10))).rejects.toMatchObject({ reason: 'out-of-time' });
    answer();
    await trying.running;
    await expect(tried.run(async () => 'back', Deadline.in(60_000))).resolves.toBe('back');
  });
});
