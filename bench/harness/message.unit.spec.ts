import { backlog, inTransactions, KEYS, messageOf } from './message';

describe('A backlog', () => {
  it('numbers each key without gaps', () => {
    for (const spread of ['even', 'skewed'] as const) {
      const last = new Map<number, number>();
      for (const { key, sequence } of backlog(20_000, spread)) {
        expect(sequence).toBe((last.get(key) ?? 0) + 1);
        last.set(key, sequence);
      }
    }
  });

  it('spreads over all keys alike, or puts half on one in a hundred', () => {
    expect(countsOf(backlog(20 * KEYS, 'even'))).toEqual(new Array(KEYS).fill(20));
    const skewed = countsOf(backlog(20 * KEYS, 'skewed'));
    const hot = skewed.slice(0, KEYS / 100);
    expect(hot.reduce((sum, count) => sum + count, 0)).toBe(10 * KEYS);
    expect(Math.min(...skewed)).toBeGreaterThan(0);
  });

  it('is cut into transactions without a key twice when asked for', () => {
    const messages = [messageOf(0, 1, 1), messageOf(1, 2, 1), messageOf(2, 1, 2), messageOf(3, 3, 1)];
    expect([...inTransactions(messages, 3, true)].map((batch) => batch.map(({ number }) => number))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect([...inTransactions(messages, 3, false)].map((batch) => batch.length)).toEqual([3, 1]);
  });

  it('carries 1 KB in each message', () => {
    for (const number of [0, 63, 99_999]) {
      expect(JSON.stringify(messageOf(number, 999, 100)).length).toBeGreaterThan(1_000);
      expect(JSON.stringify(messageOf(number, 999, 100)).length).toBeLessThan(1_048);
    }
  });
});

function countsOf(messages: Iterable<{ key: number }>): number[] {
  const counts = new Array<number>(KEYS).fill(0);
  for (const { key } of messages) counts[key] += 1;
  return counts;
}
