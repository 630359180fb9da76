import { isPublishable, readArguments, UsageError } from './arguments';

const read = (...argv: string[]) => readArguments(argv, ['drain', 'orders']);

describe('The arguments of npm run bench', () => {
  it('have defaults that may be published', () => {
    expect(read()).toMatchObject({ only: undefined, rounds: 5, seconds: 10, full: false, profile: false });
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

  it.each([
    [['--only', 'drian'], 'There are drain, orders.'],
    [['--rounds', '0'], '--rounds 0: give a whole number from 1 to 9999'],
    [['--seconds', 'ten'], '--seconds ten: give a whole number'],
    [['--report', ''], '--report wants the name of a file'],
    [['--ony', 'drain'], '--help lists what there is'],
  ])('say what is wrong with %j', (argv, hint) => {
    expect(() => read(...argv)).toThrow(UsageError);
    expect(() => read(...argv)).toThrow(hint);
  });
});
