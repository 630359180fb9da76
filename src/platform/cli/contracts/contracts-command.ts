import type { Type } from '@nestjs/common';
import type { Environment } from '../../config/env-reader';
import type { Command } from '../command';

/** What the commands about contracts work on. */
export interface ContractsProgram {
  /** The application's root module. */
  root: Type;
  /** The folder of the application, with `src/` in it. */
  folder: string;
  env: Environment;
  /** Writes what was asked for, a line at a time. */
  print: (line: string) => void;
  /** Writes what goes on meanwhile; not part of the answer. */
  note: (line: string) => void;
}

/** One `npm run contracts -- <command>`. */
export type ContractsCommand = Command<ContractsProgram>;
