import type { Environment } from '../config/env-reader';
import { Refusal } from '../domain/refusal';
import { readArguments, synopsisOf, usageOf } from './arguments';
import { type Command, WrongUse } from './command';

/** The commands of one npm script. */
export interface CommandLine<Program> {
  /** `npm run <script>`. */
  script: string;
  /** What it is for, and what to know before using it: the first and the last lines of its help. */
  summary: string;
  notes: readonly string[];
  commands: readonly Command<Program>[];
}

/** What every command can do. */
interface Surroundings {
  env: Environment;
  print: (line: string) => void;
  note: (line: string) => void;
}

const OK = 0;
const NOT_OK = 1;
const WRONG_USE = 2;

/**
 * Runs what the arguments ask for. Resolves to the exit code: 0 when all is well, 1 when it is not, 2 when
 * the command was written wrongly.
 */
export async function runCommandLine<Program extends Surroundings>(
  line: CommandLine<Program>,
  argv: readonly string[],
  program: Program,
): Promise<number> {
  try {
    return await dispatch(line, argv, program);
  } catch (error) {
    program.note((error as Error).message);
    if (error instanceof WrongUse || error instanceof Refusal) return WRONG_USE;
    if (program.env.LOG_LEVEL === 'debug') program.note((error as Error).stack ?? '');
    return NOT_OK;
  }
}

async function dispatch<Program extends Surroundings>(
  line: CommandLine<Program>,
  [name, ...rest]: readonly string[],
  program: Program,
): Promise<number> {
  const wantsHelp = (argument: string | undefined): boolean => argument === '--help' || argument === '-h';
  if (wantsHelp(name) || name === 'help') {
    program.print(helpPage(line));
    return OK;
  }
  if (name === undefined) throw new WrongUse(`Say what to do.\n\n${helpPage(line)}`);
  const command = line.commands.find((candidate) => candidate.name === name);
  if (!command) throw new WrongUse(`There is no command "${name}".\n\n${helpPage(line)}`);
  if (rest.some(wantsHelp)) {
    program.print(usageOf(line.script, command));
    return OK;
  }
  return (await command.run(readArguments(line.script, command, rest), program)) ? OK : NOT_OK;
}

function helpPage<Program>({ script, summary, notes, commands }: CommandLine<Program>): string {
  const width = Math.max(...commands.map((command) => synopsisOf(command).length));
  return [
    summary,
    '',
    `  npm run ${script} -- <command>`,
    '',
    ...commands.map((command) => `  ${synopsisOf(command).padEnd(width)}  ${command.summary}`),
    '',
    ...notes,
    'The exit code is 0 when all is well, 1 when it is not, 2 when the command was written wrongly.',
  ].join('\n');
}
