import { RetryBudget } from './retry-budget';

describe('the retry budget', () => {
  let now = 0;
  const budget = (share: number, perSecond: number) => new RetryBudget({ share, perSecond }, () => now);
  const retriesOf = (one: RetryBudget, attempts = 1_000) =>
    Array.from({ length: attempts }, () => one.withdraw()).filter(Boolean).length;

  it('allows a share of the calls', () => {
    const one = budget(0.125, 3);
    retriesOf(one);
    for (let call = 0; call < 80; call += 1) one.deposit();
    expect(retriesOf(one)).toBe(10);
  });

  it('allows a few a second where there are hardly any calls', () => {
    const one = budget(0.1, 2);
    expect(retriesOf(one)).toBe(2);
    now += 3_000;
    expect(retriesOf(one)).toBe(6);
  });

  it('does not save up for longer than ten seconds', () => {
    const one = budget(0.1, 2);
    for (let call = 0; call < 10_000; call += 1) one.deposit();
    now += 3_600_000;
    expect(retriesOf(one)).toBe(20);
  });

  it('allows one at last, however small it is', () => {
    const one = budget(0.1, 0.01);
    expect(retriesOf(one)).toBe(0);
    now += 100_000;
    expect(retriesOf(one)).toBe(1);
  });
});
