import { readOptions, wholeNumber } from '../../src/platform/cli/options';
import { PROFILES, type Profile } from './profiles';
import { SET_UPS, type SetUp } from './set-ups';

export interface Arguments {
  readonly profile: Profile;
  /** Names of faults, `planted-bugs` and `planted-bug:<name>`; all of them when empty. */
  readonly only: readonly string[];
  /** All of them when empty. */
  readonly setUps: readonly SetUp[];
  readonly seed: number;
  /** Trials for each fault and set-up, instead of the profile's. */
  readonly trials: number | undefined;
  /** A file for the results as JSON. */
  readonly report: string | undefined;
  readonly help: boolean;
}

/** The program was called wrongly; the message says how it is called. */
export class WrongUse extends Error {}

const OPTIONS = {
  profile: { type: 'string' },
  only: { type: 'string' },
  'set-up': { type: 'string' },
  seed: { type: 'string' },
  trials: { type: 'string' },
  report: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the command line; throws `WrongUse` about the first thing that cannot be meant. */
export function readArguments(argv: readonly string[], names: readonly string[], now: number): Arguments {
  const { values } = readOptions(
    { args: [...argv], options: OPTIONS },
    (message) => new WrongUse(`${message} See npm run faults -- --help.`),
  );
  const only = listed('only', values.only, names);
  const setUps = listed('set-up', values['set-up'], SET_UPS);
  const profile = PROFILES.find((name) => name === (values.profile ?? 'quick'));
  if (!profile)
    throw new WrongUse(`"${values.profile}" is no profile. --profile takes: ${PROFILES.join(', ')}.`);
  return {
    profile,
    only,
    setUps,
    report: values.report,
    help: values.help ?? false,
    seed: whole('seed', values.seed, 0) ?? now % 2 ** 32,
    trials: whole('trials', values.trials, 1),
  };
}

export const usage = (names: readonly string[]): string =>
  `npm run faults [-- --profile ${PROFILES.join('|')}] [--only NAME,...] [--set-up NAME,...] [--seed N] [--trials N] [--report FILE]

Starts the built application, plays a load through its HTTP API, breaks something, and checks in the database what was promised.

  --profile   quick takes about two minutes (the default), ci about a quarter of an hour, nightly hours
  --only      only these: ${names.join(', ')}
  --set-up    only in these: ${SET_UPS.join(', ')}
  --seed      repeats a run: it stands in the output of every run
  --trials    so many trials for each fault and set-up
  --report    also writes the results to a file as JSON`;

function listed<Name extends string>(option: string, text = '', names: readonly Name[]): Name[] {
  const given = text.split(',').filter(Boolean);
  const unknown = given.filter((name) => !(names as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw new WrongUse(
      `There is no "${unknown.join('", "')}" to play. --${option} takes: ${names.join(', ')}.`,
    );
  return given as Name[];
}

const whole = (name: string, text: string | undefined, min: number): number | undefined =>
  wholeNumber(name, text, { min, max: 2 ** 32 - 1, such: 3 }, (message) => new WrongUse(message));
