import { ChangeReport } from './change-report';
import type { WaitMeasurement } from './wait-meter';

describe('The report of a change', () => {
  let said: string[];
  let settled: boolean;
  let begun: number;
  let longestMs: number;
  let failed: number;

  const report = (): ChangeReport => {
    [said, settled, begun, longestMs, failed] = [[], false, 0, 0, 0];
    const measurement = (): WaitMeasurement => ({ end: async () => ({ longestMs, failed }) });
    return new ChangeReport({
      meter: { measure: () => ((begun += 1), measurement()) },
      isSettled: async () => settled,
      log: (line) => said.push(line),
    });
  };

  it('waits until the module answers again, wherever that is, and says what clients saw until then', async () => {
    const change = report();
    change.begin();
    longestMs = 1_200;
    const told = change.changed();
    // This process is done; the module has not been taken up yet.
    await new Promise(setImmediate);
    expect(said).toEqual([]);
    [longestMs, settled] = [6_300, true];
    await told;
    expect(said).toEqual(['Modules have left or come; requests waited for 6.30 s at most.']);
  });

  it('is one where changes follow one another, and another one afterwards', async () => {
    const change = report();
    change.begin();
    const first = change.changed();
    change.begin();
    expect(begun).toBe(1);
    const second = change.changed();
    settled = true;
    await Promise.all([first, second]);
    change.begin();
    await change.changed();
    expect(begun).toBe(2);
    expect(said).toHaveLength(2);
  });

  it('tells of requests that failed', async () => {
    const change = report();
    change.begin();
    [longestMs, failed, settled] = [10_000, 3, true];
    await change.changed();
    expect(said).toEqual([
      'Modules have left or come; requests waited for 10.00 s at most, and 3 got no answer or an error.',
    ]);
  });

  it('is left out where the process stops before, and where nothing has changed', async () => {
    const change = report();
    await change.changed();
    change.begin();
    const told = change.changed();
    change.stop();
    await told;
    expect(said).toEqual([]);
  });
});
