import type { Type } from '@nestjs/common';
import type { Environment } from '../config/env-reader';
import type { Invariant } from './check-invariants/invariant';

/** What the operator's commands work on. */
export interface OpsProgram {
  /** The application's root module. */
  root: Type;
  /** The names of its modules. */
  modules: readonly string[];
  /** What must hold across the modules. */
  invariants: readonly Invariant[];
  env: Environment;
  /** Writes what was asked for, a line at a time. */
  print: (line: string) => void;
  /** Writes what goes on meanwhile; not part of the answer. */
  note: (line: string) => void;
}

export interface OpsOption {
  /** The name of its value in the help; an option without one is a flag. */
  value?: string;
  summary: string;
}

/** One command of an npm script. `Program` is what the script's commands work on. */
export interface Command<Program> {
  name: string;
  summary: string;
  /** In order; the last may be optional. */
  parameters?: readonly { name: string; optional?: boolean }[];
  options?: Readonly<Record<string, OpsOption>>;
  /** Resolves to whether all is well: false becomes the exit code 1. */
  run: (given: Given, program: Program) => Promise<boolean>;
}

/** One `npm run ops -- <command>`. */
export type OpsCommand = Command<OpsProgram>;

/** The arguments of a command as given. */
export interface Given {
  parameters: readonly string[];
  flag: (option: string) => boolean;
  value: (option: string) => string | undefined;
}

/** The command line asks for something that does not exist; the message says what to write instead. */
export class WrongUse extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongUse';
  }
}

export const JSON_OPTION = { json: { summary: 'print JSON for programs' } } as const;
