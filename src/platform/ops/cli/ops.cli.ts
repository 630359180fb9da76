import type { Type } from '@nestjs/common';
import type { Environment } from '../../config/env-reader';
import { Refusal } from '../../domain/refusal';
import { boundedContextsOf } from '../../start/bounded-contexts';
import type { Invariant } from '../check-invariants/invariant';
import { readArguments, synopsisOf, usageOf } from './arguments';
import { type OpsCommand, type OpsProgram, WrongUse } from './command';
import { atRest } from './commands/at-rest.command';
import { beginGeneration } from './commands/begin-generation.command';
import { check } from './commands/check.command';
import { explain } from './commands/explain.command';
import { held } from './commands/held.command';
import { jobs } from './commands/jobs.command';
import { messages } from './commands/messages.command';
import { pause, resume } from './commands/pause.command';
import { redrive } from './commands/redrive.command';
import { redriveJob } from './commands/redrive-job.command';
import { sagaDiagramCommand } from './commands/saga-diagram.command';
import { subscriptions } from './commands/subscriptions.command';

const COMMANDS: readonly OpsCommand[] = [
  ...[subscriptions, held, pause, resume, redrive],
  ...[jobs, redriveJob],
  ...[messages, atRest, check],
  ...[explain, sagaDiagramCommand, beginGeneration],
];

const OK = 0;
const NOT_OK = 1;
const WRONG_USE = 2;

export interface OpsArguments {
  root: Type;
  invariants: readonly Invariant[];
  argv: readonly string[];
  env: Environment;
  print?: (line: string) => void;
  note?: (line: string) => void;
}

/** `npm run ops -- <command>`. Resolves to the exit code: 0 when all is well, 1 when it is not, 2 when the command was written wrongly. */
export async function opsCommand({
  root,
  invariants,
  argv,
  env,
  print = console.log,
  note = console.error,
}: OpsArguments): Promise<number> {
  const program: OpsProgram = { root, invariants, modules: boundedContextsOf(root).map(({ name }) => name), env, print, note };
  try {
    return await dispatch(argv, program);
  } catch (error) {
    note((error as Error).message);
    if (error instanceof WrongUse || error instanceof Refusal) return WRONG_USE;
    if (env.LOG_LEVEL === 'debug') note((error as Error).stack ?? '');
    return NOT_OK;
  }
}

async function dispatch([name, ...rest]: readonly string[], program: OpsProgram): Promise<number> {
  const wantsHelp = (argument: string | undefined): boolean => argument === '--help' || argument === '-h';
  if (wantsHelp(name) || name === 'help') {
    program.print(helpPage());
    return OK;
  }
  if (name === undefined) throw new WrongUse(`Say what to do.\n\n${helpPage()}`);
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command) throw new WrongUse(`There is no command "${name}".\n\n${helpPage()}`);
  if (rest.some(wantsHelp)) {
    program.print(usageOf(command));
    return OK;
  }
  return (await command.run(readArguments(command, rest), program)) ? OK : NOT_OK;
}

function helpPage(): string {
  const width = Math.max(...COMMANDS.map((command) => synopsisOf(command).length));
  return [
    'Looks after Seamline, whether the application runs or not.',
    '',
    '  npm run ops -- <command>',
    '',
    ...COMMANDS.map((command) => `  ${synopsisOf(command).padEnd(width)}  ${command.summary}`),
    '',
    'The settings are those of the application (DATA_DIR, DATABASE_URL, ...): give both the same.',
    'The exit code is 0 when all is well, 1 when it is not, 2 when the command was written wrongly.',
  ].join('\n');
}
