import { readOptions, wholeNumber } from '../src/platform/cli/options';

/** A page as far as it can be asked for. */
interface AskedPage {
  readonly name: string;
  readonly rounds: number;
  readonly scenarios: readonly { name: string; title: string }[];
}

export interface BenchArguments<P extends AskedPage = AskedPage> {
  help: boolean;
  /** What the run is about. */
  page: P;
  /** The names of the page's scenarios to run. */
  only: readonly string[];
  rounds: number;
  seconds: number;
  report: string | undefined;
  full: boolean;
  profile: boolean;
}

const DEFAULT_SECONDS = 10;

const OPTIONS = {
  only: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  report: { type: 'string' },
  full: { type: 'boolean' },
  profile: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What was asked for cannot be done; the message says what to write instead. */
export class UsageError extends Error {}

export const usage = ([
  usual,
  ...others
]: readonly AskedPage[]): string => `Measures Seamline beside its peers and raw SQL, on one PostgreSQL server of its own.

  npm run bench -- [options]

  --only NAME,NAME   only these scenarios
  --rounds N         how often each contestant has its turn; ${usual.rounds} by default${others.map(({ name, rounds }) => `, ${rounds} of ${name}`).join('')}
  --seconds N        how long a turn lasts, about; ${DEFAULT_SECONDS} by default
  --report FILE      write everything that was measured as JSON
  --full             also with 10 million messages in the log
  --profile          write V8 profiles of our own parts
  --help             this page

A run of everything with the default rounds and seconds, or with more, writes docs/${usual.name}.md.

Scenarios:
${listed(usual)}

When asked for only, with a page of their own:
${others.map(listed).join('\n')}`;

const listed = ({ scenarios }: AskedPage): string =>
  scenarios.map(({ name, title }) => `  ${name.padEnd(18)} ${title}`).join('\n');

/**
 * Reads the arguments behind `npm run bench --`; throws a {@link UsageError} that says what to write instead.
 */
export function readArguments<P extends AskedPage>(
  argv: string[],
  pages: readonly [P, ...P[]],
): BenchArguments<P> {
  const { values } = readOptions(
    { args: argv, options: OPTIONS },
    (message) => new UsageError(`${message}\nnpm run bench -- --help lists what there is.`),
  );
  const { page, only } = chosen(values.only, pages);
  return {
    help: values.help ?? false,
    page,
    only,
    rounds: countOf('rounds', values.rounds, page.rounds),
    seconds: countOf('seconds', values.seconds, DEFAULT_SECONDS),
    report: fileOf(values.report),
    full: values.full ?? false,
    profile: values.profile ?? false,
  };
}

/** Whether a run is one that the published page may be made from. */
export const isPublishable = ({ page, only, rounds, seconds }: BenchArguments): boolean =>
  page.scenarios.every(({ name }) => only.includes(name)) &&
  rounds >= page.rounds &&
  seconds >= DEFAULT_SECONDS;

/** All scenarios of the first page by default; never those of several pages. */
function chosen<P extends AskedPage>(
  values: readonly string[] | undefined,
  pages: readonly [P, ...P[]],
): { page: P; only: string[] } {
  const namesOf = ({ scenarios }: P): string[] => scenarios.map(({ name }) => name);
  if (values === undefined) return { page: pages[0], only: namesOf(pages[0]) };
  const asked = values.flatMap((value) => value.split(',')).map((name) => name.trim());
  const unknown = asked.filter((name) => !pages.some((page) => namesOf(page).includes(name)));
  if (unknown.length > 0)
    throw new UsageError(
      `--only ${unknown.join(',')}: there is no such scenario. There are ${pages.flatMap(namesOf).join(', ')}.`,
    );
  const page = pages.find((each) => asked.every((name) => namesOf(each).includes(name)));
  if (!page)
    throw new UsageError(
      `--only ${asked.join(',')}: these are told on different pages. Ask for ${pages
        .map((each) => asked.filter((name) => namesOf(each).includes(name)))
        .filter((names) => names.length > 0)
        .join(' first, then for ')}.`,
    );
  return { page, only: asked };
}

const countOf = (option: string, value: string | undefined, fallback: number): number =>
  wholeNumber(option, value, { min: 1, max: 9_999, such: fallback }, (message) => new UsageError(message)) ??
  fallback;

function fileOf(value: string | undefined): string | undefined {
  if (value === '') throw new UsageError('--report wants the name of a file, such as --report bench.json.');
  return value;
}
