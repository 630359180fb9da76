import { ContractViolation } from '../messages/validate-message';
import { LoneFailure } from './lone-failure';
import { retryDecision } from './retry-decision';

const LIMITS = {
  maxAttempts: 3,
  patience: { tries: 4, triesForMs: 30_000, failures: 10, failingForMs: 60_000 },
};
const HANDLERS = new Error('a bug');
const CONFLICT = Object.assign(new Error('deadlock'), { code: '40P01' });
const LOCKED = Object.assign(new Error('locked'), { code: '55P03' });
const AWAY = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
const failed = (attempts: number, transientFailures = 0, failingForMs = 0) => ({
  attempts,
  transientFailures,
  failingForMs,
});

describe('a message that failed', () => {
  it('because of its handler is parked with the last attempt', () => {
    expect(retryDecision(HANDLERS, LIMITS)).toMatchObject({
      state: 'retrying',
      attempts: 1,
      transientFailures: 0,
    });
    expect(retryDecision(HANDLERS, LIMITS, failed(1, 50))).toMatchObject({
      state: 'retrying',
      attempts: 2,
      transientFailures: 50,
    });
    expect(retryDecision(HANDLERS, LIMITS, failed(2))).toMatchObject({
      state: 'parked',
      attempts: 3,
      retryInMs: null,
    });
  });

  it('for good is parked at once', () => {
    const violation = new ContractViolation({ name: 'a.b', version: 1 } as never, ['no']);
    expect(retryDecision(violation, LIMITS)).toMatchObject({ state: 'parked', attempts: 1 });
  });

  it('for a moment is parked after both limits, and uses up no attempt', () => {
    expect(retryDecision(LOCKED, LIMITS, failed(2, 8, 90_000))).toMatchObject({
      state: 'retrying',
      attempts: 2,
      transientFailures: 9,
    });
    expect(retryDecision(LOCKED, LIMITS, failed(2, 20, 59_000))).toMatchObject({
      state: 'retrying',
      transientFailures: 21,
    });
    expect(retryDecision(LOCKED, LIMITS, failed(2, 9, 60_000))).toMatchObject({
      state: 'parked',
      attempts: 2,
      transientFailures: 10,
    });
  });

  it('as everything may have is never parked, nor counted', () => {
    expect(retryDecision(AWAY, LIMITS, failed(0, 50, 1e9), false)).toMatchObject({
      state: 'retrying',
      transientFailures: 50,
    });
  });
});

it('is tried again later with each failure, up to a limit', () => {
  jest.spyOn(Math, 'random').mockReturnValue(1);
  const patient = { ...LIMITS, maxAttempts: 100 };
  const delays = [0, 1, 2, 19].map(
    (attempts) => retryDecision(HANDLERS, patient, failed(attempts)).retryInMs,
  );
  expect(delays).toEqual([200, 400, 800, 60_000]);
  jest.restoreAllMocks();
});

describe('a message that fails alone is deferred', () => {
  let now: number;
  let lone: LoneFailure;

  beforeEach(() => {
    now = 1_000_000;
    lone = new LoneFailure(LIMITS.patience, () => now);
  });
  const tries = (message: string, error: Error, handled: number, everyMs: number, most = 100): number => {
    for (let count = 1; count <= most; count += 1, now += everyMs)
      if (lone.mayDefer(message, error, handled)) return count;
    return Infinity;
  };

  it('at once for what is its own', () => {
    expect([tries('a', HANDLERS, 0, 1), tries('b', LOCKED, 0, 1)]).toEqual([1, 1]);
  });

  it('after three conflicts, each message for itself', () => {
    expect([tries('a', CONFLICT, 0, 1), tries('b', CONFLICT, 0, 1)]).toEqual([3, 3]);
  });

  it('for what may be everyone’s after both limits', () => {
    expect(tries('a', AWAY, 0, 1_000)).toBe(31);
    expect(tries('b', AWAY, 1, 20_000)).toBe(4);
  });

  it('ever later while nothing else is handled', () => {
    const first = [
      tries('a', AWAY, 0, 1_000),
      tries('b', AWAY, 0, 1_000),
      tries('c', AWAY, 0, 1_000, 200),
      tries('d', AWAY, 0, 1_000, 200),
    ];
    expect(first[0]).toBe(31);
    expect(first[1]).toBeGreaterThanOrEqual(first[0]);
    expect(first[2]).toBeGreaterThan(55);
    expect(first[3]).toBeGreaterThan(115);
    expect(tries('e', AWAY, 1, 1_000)).toBe(31);
  });
});
