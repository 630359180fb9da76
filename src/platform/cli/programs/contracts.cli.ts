import type { Environment } from '../../config/env-reader';
import { runCommandLine } from '../command-line';
import { diff } from '../contracts/diff.command';

export interface ContractsArguments {
  argv: readonly string[];
  env: Environment;
  print?: (line: string) => void;
  note?: (line: string) => void;
}

/**
 * `npm run contracts -- <command>`. Resolves to the exit code: 0 when all is well, 1 when it is not, 2 when
 * the command was written wrongly.
 */
export function contractsCommand({
  argv,
  env,
  print = console.log,
  note = console.error,
}: ContractsArguments): Promise<number> {
  return runCommandLine(
    {
      script: 'contracts',
      summary: 'Tells what changes of contracts do to those that read them.',
      notes: [],
      commands: [diff],
    },
    argv,
    { env, print, note },
  );
}
