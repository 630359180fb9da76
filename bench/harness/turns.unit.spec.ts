import type { Bench } from './scenario';
import { ratio, takeTurns, valuesOf } from './turns';

const entries = ['one', 'two'].map((name) => ({ contestant: { name }, variant: '' }));
const bench = { rounds: 3, progress: () => undefined } as unknown as Bench;

describe('Turns', () => {
  it('go round, and another contestant begins each time', async () => {
    const turns: string[] = [];
    await takeTurns(bench, entries, async ({ contestant }) => ({ rate: turns.push(contestant.name) }));
    expect(turns).toEqual(['one', 'two', 'two', 'one', 'one', 'two']);
  });

  it('are compared round by round', async () => {
    const figures: Record<string, number[]> = { one: [10, 100, 40], two: [5, 10, 40] };
    const rows = await takeTurns(bench, entries, async ({ contestant }) => ({
      rate: figures[contestant.name].shift() ?? 0,
    }));
    expect(valuesOf(rows, 'rate', { contestant: 'one' })).toEqual([10, 100, 40]);
    expect(ratio(rows, 'rate', { contestant: 'one' }, { contestant: 'two' })).toBe(2);
  });

  it('name the contestant that failed', async () => {
    const failing = takeTurns(bench, entries, async ({ contestant }) => {
      if (contestant.name === 'two') throw new Error('no more room');
      return { rate: 1 };
    });
    await expect(failing).rejects.toThrow('two failed in round 1: no more room');
  });
});
