import type { Type } from '@nestjs/common';
import type { Environment } from '../../config/env-reader';
import { runCommandLine } from '../command-line';
import { check } from '../contracts/check.command';
import { diff } from '../contracts/diff.command';

export interface ContractsArguments {
  root: Type;
  argv: readonly string[];
  env: Environment;
  /** The folder of the application, with `src/` in it; that in which npm runs the script, if not given. */
  folder?: string;
  print?: (line: string) => void;
  note?: (line: string) => void;
}

/**
 * `npm run contracts -- <command>`. Resolves to the exit code: 0 when all is well, 1 when it is not, 2 when
 * the command was written wrongly.
 */
export function contractsCommand({
  root,
  argv,
  env,
  folder = process.cwd(),
  print = console.log,
  note = console.error,
}: ContractsArguments): Promise<number> {
  return runCommandLine(
    {
      script: 'contracts',
      summary:
        'Works on what modules may rely on of one another and on what changes of it do to its readers, without starting the application.',
      notes: [],
      commands: [check, diff],
    },
    argv,
    { root, folder, env, print, note },
  );
}
