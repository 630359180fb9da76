import { bound95, percentile } from './bound';
import { emptyRow } from './row';
import { bugTable, faultTable } from './table';

describe('The report of the fault suite', () => {
  it('bounds the failure rate by three over the trials', () => {
    expect([0, 1, 3, 60, 1_000].map(bound95)).toEqual([undefined, 1, 1, 0.05, 0.003]);
  });

  it('knows percentiles of few and many values', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([
      percentile([], 0.5),
      percentile([7], 0.99),
      percentile([3, 1, 2], 0.5),
      percentile(hundred, 0.99),
    ]).toEqual([undefined, 7, 2, 99]);
  });

  it('shows what failed in each row and in all', () => {
    const good = { ...emptyRow('kill-9', 'one-process'), trials: 60, readyMs: [900, 1_100], restMs: [1_500] };
    const bad = {
      ...emptyRow('calm', 'two-processes'),
      trials: 40,
      failures: [{ trial: 3, seed: 1, violations: [], evidence: [] }],
    };
    bad.violated.I2 = 1;
    expect(`\n${faultTable([good, bad])}\n`).toBe(`
fault   set-up         trials  I1  I2  I3  I4  I5  I6  I7  95 % bound  ready p50  ready p99  rest p99
kill-9  one-process        60   0   0   0   0   0   0   0     < 5.0 %     900 ms    1100 ms   1500 ms
calm    two-processes      40   0   1   0   0   0   0   0    1 failed
all                       100   0   1   0   0   0   0   0    1 failed     900 ms    1100 ms   1500 ms
`);
  });

  it('shows which bug was not caught', () => {
    const bugs = [
      { bug: 'missing-fence', caughtBy: ['I3', 'I5'] as const, trials: 2, because: 'handled twice' },
      { bug: 'lost', caughtBy: [], trials: 3, because: 'nothing was violated' },
    ];
    expect(bugTable(bugs).split('\n')).toEqual([
      'planted bug    caught by   trials  as',
      'missing-fence  I3 I5            2  handled twice',
      'lost           NOT CAUGHT       3  nothing was violated',
    ]);
  });
});
