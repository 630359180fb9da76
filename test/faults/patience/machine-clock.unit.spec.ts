import { MachineClock, REFERENCE_MS } from './machine-clock';

describe('The clock of the machine', () => {
  let ms = 0;
  const clock = (): MachineClock => new MachineClock(() => ms);
  const probed = (machine: MachineClock, times: number): void => {
    for (let probes = 0; probes < 6; probes += 1) machine.note(times * REFERENCE_MS);
  };

  it.each([
    ['goes like any other before anything was measured', undefined, 1_000],
    ['goes like any other on a machine of normal speed', 1, 1_000],
    ['never goes faster', 0.1, 1_000],
    ['goes half as fast on a machine that takes twice as long', 2, 500],
    ['does not stand still on any machine', 1_000, 100],
  ])('%s', (_, times, gone) => {
    const machine = clock();
    if (times !== undefined) probed(machine, times);
    const before = machine.now();
    ms += 1_000;
    expect(machine.now() - before).toBeCloseTo(gone);
  });

  it('goes by what the machine was at each moment', () => {
    const machine = clock();
    const before = machine.now();
    ms += 1_000;
    probed(machine, 4);
    ms += 1_000;
    probed(machine, 1);
    ms += 1_000;
    expect(machine.now() - before).toBeCloseTo(2_250);
    expect({ now: machine.slowness, most: machine.figures.most }).toEqual({ now: 1, most: 4 });
  });

  it('takes one slow probe for luck', () => {
    const machine = clock();
    probed(machine, 0.5);
    machine.note(2 * REFERENCE_MS);
    expect(machine.slowness).toBe(1);
  });

  it('tells when a time is over', () => {
    const machine = clock();
    probed(machine, 2);
    const isOver = machine.within(1_000);
    const seen = [500, 1_400, 200].map((passed) => {
      ms += passed;
      return isOver();
    });
    expect(seen).toEqual([false, false, true]);
  });
});
