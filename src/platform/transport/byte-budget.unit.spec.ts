import { ByteBudget } from './byte-budget';

describe('The bytes that may be under way', () => {
  it('are halved by each loss down to the least, and doubled by each success up to the most', () => {
    const budget = new ByteBudget(1_000, 200);
    const seen: number[] = [];
    for (const happens of [
      'lost',
      'lost',
      'lost',
      'lost',
      'succeeded',
      'succeeded',
      'succeeded',
      'succeeded',
    ] as const) {
      budget[happens]();
      seen.push(budget.bytes);
    }
    expect(seen).toEqual([500, 250, 200, 200, 400, 800, 1_000, 1_000]);
  });

  it('are as many as one message needs, whatever the most', () => {
    const budget = new ByteBudget(1_000, 5_000);
    for (const happens of ['succeeded', 'lost', 'lost'] as const) {
      budget[happens]();
      expect(budget.bytes).toBe(5_000);
    }
  });
});
