import { parseArgs } from 'node:util';

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

/** Throws for options that do not exist and patterns that are no regular expressions. */
export function readArguments(args: readonly string[]): MutantArguments {
  const { values } = parse(args);
  return { only: (values.only ?? []).map((pattern) => new RegExp(pattern)), list: values.list ?? false, help: values.help ?? false };
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      list: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
