import { readOptions } from '../../src/platform/cli/options.ts';

export const USAGE = `Plants mistakes in a copy of the sources, one at a time, and runs the tests that have to notice each of them.

  npm run mutants -- [options]

  --only PATTERN     only the mutants whose name or file matches; may be given several times
  --list             names them, and plants nothing
  --help             this page

The exit code is 0 when every mutant was caught, else 1.`;

/** What the command line asks for. */
export interface MutantArguments {
  only: RegExp[];
  list: boolean;
  help: boolean;
}

const OPTIONS = {
  only: { type: 'string', multiple: true },
  list: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Throws for options that do not exist and patterns that are no regular expressions, and says what to write
 * instead.
 */
export function readArguments(args: readonly string[]): MutantArguments {
  const { values } = readOptions(
    { args: [...args], options: OPTIONS },
    (message) => new Error(`${message}\n\n${USAGE}`),
  );
  return { only: (values.only ?? []).map(patternOf), list: values.list ?? false, help: values.help ?? false };
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new Error(
      `--only ${text}: ${(error as Error).message}. Give a regular expression, such as --only ^key-.`,
      { cause: error },
    );
  }
}
