import { readOptions, wholeNumber } from '../platform/cli/options';
import { DemoError } from './demo-error';

/** What the command line asks for. */
export interface DemoArguments {
  help: boolean;
  /** The file to play; the bundled one when absent. */
  data?: string;
  /** Where to write the report as JSON; nowhere when absent. */
  report?: string;
  /** How many customers are played side by side. */
  concurrency: number;
  /** The application that runs already and is played through; one of the demo's own when absent. */
  elsewhere?: { url: string; opsUrls: string[] };
}

/** How many are played side by side, and by default. */
const CONCURRENCY = { min: 1, max: 500, such: 16 };

const OPTIONS = {
  data: { type: 'string' },
  report: { type: 'string' },
  concurrency: { type: 'string' },
  url: { type: 'string' },
  ops: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const USAGE = `Plays real orders through the whole application and checks that everything adds up.

  npm run demo -- [options]

  --data FILE        a CSV file of the form of src/demo/data/online-retail.csv, which is played by default
  --report FILE      write the report as JSON
  --concurrency N    customers played side by side, 1 to ${CONCURRENCY.max}; ${CONCURRENCY.such} by default
  --url URL          play through an application that runs already, in one process or several: empty, and started with
                     TRUST_AGREED_PRICES=true; the address of any of its processes
  --ops URL[,URL]    with --url: the operator's API of each of its processes; where several host the same modules, of one of them
  --help             this page

The exit code is 0 when every figure adds up, else 1.`;

/**
 * Reads the arguments behind `npm run demo --`; throws a {@link DemoError} that says what to write instead.
 */
export function readArguments(argv: string[]): DemoArguments {
  const { values } = readOptions(
    { args: argv, options: OPTIONS },
    (message) => new DemoError(`${message}\n\n${USAGE}`),
  );
  return {
    help: values.help ?? false,
    data: fileOf('data', values.data),
    report: fileOf('report', values.report),
    concurrency:
      wholeNumber('concurrency', values.concurrency, CONCURRENCY, (message) => new DemoError(message)) ??
      CONCURRENCY.such,
    elsewhere: elsewhereOf(values.url, values.ops),
  };
}

function fileOf(option: string, value: string | undefined): string | undefined {
  if (value === '')
    throw new DemoError(
      `--${option} wants the name of a file, such as --${option} my-${option}.${option === 'data' ? 'csv' : 'json'}.`,
    );
  return value;
}

function elsewhereOf(url: string | undefined, ops: string | undefined): DemoArguments['elsewhere'] {
  if (url === undefined && ops === undefined) return undefined;
  if (url === undefined || ops === undefined) {
    throw new DemoError(
      '--url and --ops belong together, such as --url http://127.0.0.1:3000 --ops http://127.0.0.1:3001,http://127.0.0.1:4001.',
    );
  }
  const [origin, ...opsUrls] = [url, ...ops.split(',')].map((text) => {
    const parsed = URL.parse(text.trim());
    if (parsed?.protocol === 'http:') return parsed.origin;
    throw new DemoError(
      `"${text}" is no address of a process: give http://<host>:<port>, such as http://127.0.0.1:3000.`,
    );
  });
  return { url: origin, opsUrls };
}
