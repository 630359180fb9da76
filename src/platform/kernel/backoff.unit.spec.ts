import { backoff, type Jitter } from './backoff';

const LIMITS = { firstMs: 100, longestMs: 1_500 };

describe('a backoff', () => {
  afterEach(() => jest.restoreAllMocks());

  it('doubles from the first delay to the longest and stays there', () => {
    const delays = [1, 2, 3, 4, 5, 6, 1_000, 100_000].map((attempt) =>
      backoff(attempt, { ...LIMITS, jitter: 'none' }),
    );
    expect(delays).toEqual([100, 200, 400, 800, 1_500, 1_500, 1_500, 1_500]);
  });

  it.each<[Jitter | undefined, number, number]>([
    ['none', 400, 400],
    ['equal', 200, 400],
    ['full', 0, 400],
    [undefined, 200, 400],
  ])('with %s jitter is from %i to %i ms of 400', (jitter, least, most) => {
    const [shortest, longest] = [0, 1].map((chance) => {
      jest.spyOn(Math, 'random').mockReturnValue(chance);
      return backoff(3, { ...LIMITS, jitter });
    });
    expect([shortest, longest]).toEqual([least, most]);
  });

  it('differs between processes that failed together', () => {
    const delays = new Set(Array.from({ length: 100 }, () => backoff(10, LIMITS)));
    expect(delays.size).toBeGreaterThan(90);
  });
});
