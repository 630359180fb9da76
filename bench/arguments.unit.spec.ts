import { isPublishable, readArguments, UsageError } from './arguments';

const pageOf = (name: string, rounds: number, ...scenarios: string[]) => ({
  name,
  rounds,
  scenarios: scenarios.map((scenario) => ({ name: scenario, title: scenario })),
});
const read = (...argv: string[]) =>
  readArguments(argv, [pageOf('benchmarks', 5, 'drain', 'orders'), pageOf('moves', 3, 'live-moves')]);

describe('The arguments of npm run bench', () => {
  it('have defaults that may be published', () => {
    expect(read()).toMatchObject({
      page: { name: 'benchmarks' },
      only: ['drain', 'orders'],
      rounds: 5,
      seconds: 10,
      full: false,
      profile: false,
    });
    expect(isPublishable(read())).toBe(true);
  });

  it('may choose, and then nothing is published', () => {
    expect(read('--only', 'drain,orders').only).toEqual(['drain', 'orders']);
    for (const argv of [
      ['--only', 'drain'],
      ['--seconds', '1'],
      ['--rounds', '4'],
    ])
      expect(isPublishable(read(...argv))).toBe(false);
  });

  it('may choose what has a page of its own, which has its own defaults', () => {
    expect(read('--only', 'live-moves')).toMatchObject({ page: { name: 'moves' }, rounds: 3 });
    expect(isPublishable(read('--only', 'live-moves'))).toBe(true);
    expect(isPublishable(read('--only', 'live-moves', '--rounds', '2'))).toBe(false);
  });

  it.each([
    [['--only', 'drian'], 'There are drain, orders, live-moves.'],
    [['--only', 'drain,live-moves'], 'on different pages. Ask for drain first, then for live-moves.'],
    [['--rounds', '0'], '--rounds 0: give a whole number from 1 to 9999'],
    [['--seconds', 'ten'], '--seconds ten: give a whole number'],
    [['--report', ''], '--report wants the name of a file'],
    [['--ony', 'drain'], '--help lists what there is'],
  ])('say what is wrong with %j', (argv, hint) => {
    expect(() => read(...argv)).toThrow(UsageError);
    expect(() => read(...argv)).toThrow(hint);
  });
});
