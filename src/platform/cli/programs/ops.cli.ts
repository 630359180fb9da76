import type { Type } from '@nestjs/common';
import type { Environment } from '../../config/env-reader';
import { boundedContextsOf } from '../../hosting/bounded-contexts';
import type { Invariant } from '../check-invariants/invariant';
import type { OpsCommand, OpsProgram } from '../command';
import { runCommandLine } from '../command-line';
import { quiescent } from '../commands/quiescent.command';
import { beginGeneration } from '../commands/begin-generation.command';
import { check } from '../commands/check.command';
import { deadlines } from '../commands/deadlines.command';
import { deferred } from '../commands/deferred.command';
import { jobs } from '../commands/jobs.command';
import { message } from '../commands/message.command';
import { messages } from '../commands/messages.command';
import { pause, resume } from '../commands/pause.command';
import { redrive } from '../commands/redrive.command';
import { redriveJob } from '../commands/redrive-job.command';
import { sagaDiagramCommand } from '../commands/saga-diagram.command';
import { subscriptions } from '../commands/subscriptions.command';

const COMMANDS: readonly OpsCommand[] = [
  subscriptions,
  deferred,
  pause,
  resume,
  redrive,
  jobs,
  redriveJob,
  deadlines,
  messages,
  message,
  quiescent,
  check,
  sagaDiagramCommand,
  beginGeneration,
];

export interface OpsArguments {
  root: Type;
  invariants: readonly Invariant[];
  argv: readonly string[];
  env: Environment;
  print?: (line: string) => void;
  note?: (line: string) => void;
}

/**
 * `npm run ops -- <command>`. Resolves to the exit code: 0 when all is well, 1 when it is not, 2 when the
 * command was written wrongly.
 */
export function opsCommand({
  root,
  invariants,
  argv,
  env,
  print = console.log,
  note = console.error,
}: OpsArguments): Promise<number> {
  const program: OpsProgram = {
    root,
    invariants,
    modules: boundedContextsOf(root).map(({ name }) => name),
    env,
    print,
    note,
  };
  return runCommandLine(
    {
      script: 'ops',
      summary: 'Looks after Seamline, whether the application runs or not.',
      notes: [
        'The settings are those of the application (DATA_DIR, DATABASE_URL, MODULES, ...): give both the same.',
      ],
      commands: COMMANDS,
    },
    argv,
    program,
  );
}
