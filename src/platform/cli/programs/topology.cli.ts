import type { Type } from '@nestjs/common';
import type { Environment } from '../../config/env-reader';
import { runCommandLine } from '../command-line';
import { explain } from '../topology/commands/explain.command';
import { readiness } from '../topology/commands/readiness.command';

export interface TopologyArguments {
  root: Type;
  published: readonly string[];
  argv: readonly string[];
  env: Environment;
  print?: (line: string) => void;
  note?: (line: string) => void;
}

/**
 * `npm run topology -- <command>`. Resolves to the exit code: 0 when all is well, 1 when it is not, 2 when
 * the command was written wrongly.
 */
export function topologyCommand({
  root,
  published,
  argv,
  env,
  print = console.log,
  note = console.error,
}: TopologyArguments): Promise<number> {
  return runCommandLine(
    {
      script: 'topology',
      summary: 'Tells how the modules hang together, without starting the application.',
      notes: [
        'The settings are those of the process in question: MODULES=shipping npm run topology -- explain tells of one that hosts shipping.',
      ],
      commands: [explain, readiness],
    },
    argv,
    { root, published, env, print, note },
  );
}
