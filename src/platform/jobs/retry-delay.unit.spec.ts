import { retryDelay } from './retry-delay';

describe('the rest of a job after a failure', () => {
  afterEach(() => jest.restoreAllMocks());

  it.each([
    [1, 500],
    [2, 1_000],
    [5, 8_000],
    [10, 256_000],
    [11, 300_000],
    [1_000, 300_000],
  ])('after failure %i is anything up to %i ms', (failures, longest) => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    expect(retryDelay(failures)).toBe(longest);
    jest.spyOn(Math, 'random').mockReturnValue(0);
    expect(retryDelay(failures)).toBe(0);
  });

  it('is never longer than the ceiling that the job has', () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    expect([1, 2, 1_000].map((failures) => retryDelay(failures, 700))).toEqual([500, 700, 700]);
  });
});
