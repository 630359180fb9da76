import { parseArgs } from 'node:util';

export interface BenchArguments {
  help: boolean;
  /** The names of the scenarios to run; all when undefined. */
  only: readonly string[] | undefined;
  rounds: number;
  seconds: number;
  report: string | undefined;
  full: boolean;
  profile: boolean;
}

const DEFAULTS = { rounds: 5, seconds: 10 };

/** What was asked for cannot be done; the message says what to write instead. */
export class UsageError extends Error {}

export const usage = (
  scenarios: readonly { name: string; title: string }[],
): string => `Measures Seamline beside its peers and raw SQL, on one PostgreSQL server of its own.

  npm run bench -- [options]

  --only NAME,NAME   only these scenarios
  --rounds N         how often each contestant has its turn; ${DEFAULTS.rounds} by default
  --seconds N        how long a turn lasts, about; ${DEFAULTS.seconds} by default
  --report FILE      write everything that was measured as JSON
  --full             also with 10 million messages in the log
  --profile          write V8 profiles of our own parts
  --help             this page

A run of everything with the default rounds and seconds, or with more, writes docs/benchmarks.md.

Scenarios:
${scenarios.map(({ name, title }) => `  ${name.padEnd(18)} ${title}`).join('\n')}`;

/** Reads the arguments behind `npm run bench --`; throws a {@link UsageError} that says what to write instead. */
export function readArguments(argv: string[], names: readonly string[]): BenchArguments {
  const { values } = parse(argv);
  return {
    help: values.help ?? false,
    only: values.only === undefined ? undefined : scenariosOf(values.only, names),
    rounds: countOf('rounds', values.rounds, DEFAULTS.rounds),
    seconds: countOf('seconds', values.seconds, DEFAULTS.seconds),
    report: fileOf(values.report),
    full: values.full ?? false,
    profile: values.profile ?? false,
  };
}

/** Whether a run is one that the published page may be made from. */
export const isPublishable = ({ only, rounds, seconds }: BenchArguments): boolean =>
  only === undefined && rounds >= DEFAULTS.rounds && seconds >= DEFAULTS.seconds;

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        only: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        report: { type: 'string' },
        full: { type: 'boolean' },
        profile: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nnpm run bench -- --help lists what there is.`);
  }
}

function scenariosOf(values: readonly string[], names: readonly string[]): string[] {
  const asked = values.flatMap((value) => value.split(',')).map((name) => name.trim());
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new UsageError(`--only ${unknown.join(',')}: there is no such scenario. There are ${names.join(', ')}.`);
  return asked;
}

function countOf(option: string, value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  const count = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  if (count < 1) throw new UsageError(`--${option} ${value}: give a whole number from 1 to 9999, such as --${option} ${fallback}.`);
  return count;
}

function fileOf(value: string | undefined): string | undefined {
  if (value === '') throw new UsageError('--report wants the name of a file, such as --report bench.json.');
  return value;
}
