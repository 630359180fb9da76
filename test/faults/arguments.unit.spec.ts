import { readArguments, WrongUse } from './arguments';

const NAMES = ['kill-9', 'connections-reset', 'planted-bugs'];
const read = (...argv: string[]) => readArguments(argv, NAMES, 2 ** 32 + 7);

describe('The arguments of the fault suite', () => {
  it('play the quick profile with a seed from the clock, unless told otherwise', () => {
    expect(read()).toEqual({
      profile: 'quick',
      only: [],
      setUps: [],
      seed: 7,
      trials: undefined,
      report: undefined,
      help: false,
    });
  });

  it('are taken as given', () => {
    expect(
      read(
        '--profile',
        'ci',
        '--only',
        'kill-9,planted-bugs',
        '--seed',
        '0',
        '--trials',
        '3',
        '--report',
        'a.json',
      ),
    ).toEqual({
      profile: 'ci',
      only: ['kill-9', 'planted-bugs'],
      setUps: [],
      seed: 0,
      trials: 3,
      report: 'a.json',
      help: false,
    });
  });

  it.each([
    [
      ['--only', 'kill-8'],
      'There is no "kill-8" to play. --only takes: kill-9, connections-reset, planted-bugs.',
    ],
    [
      ['--set-up', 'calm'],
      'There is no "calm" to play. --set-up takes: one-process, two-processes, shipping-apart, shipping-apart-3, shipping-twice, shipping-moving, orders-and-payments-apart, all-apart.',
    ],
    [['--profile', 'slow'], '"slow" is no profile. --profile takes: quick, ci, nightly.'],
    [['--seed', 'x'], '--seed x: give a whole number from 0 to 4294967295, such as --seed 3.'],
    [['--trials', '0'], '--trials 0: give a whole number from 1 to 4294967295, such as --trials 3.'],
    [
      ['--seed', '99999999999'],
      '--seed 99999999999: give a whole number from 0 to 4294967295, such as --seed 3.',
    ],
    [['--sed', '1'], expect.stringContaining("Unknown option '--sed'")],
  ])('that cannot be meant are refused: %p', (argv, message) => {
    expect(() => read(...argv)).toThrow(WrongUse);
    expect(() => read(...argv)).toThrow(expect.objectContaining({ message }) as Error);
  });
});
