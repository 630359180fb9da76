import type { Type } from '@nestjs/common';
import type { Environment } from '../../config/env-reader';
import type { Command } from '../command';

/** What the commands about the topology work on. */
export interface TopologyProgram {
  /** The application's root module. */
  root: Type;
  /** The contracts that are published, as `<name> v<version>`. */
  published: readonly string[];
  env: Environment;
  /** Writes what was asked for, a line at a time. */
  print: (line: string) => void;
  /** Writes what goes on meanwhile; not part of the answer. */
  note: (line: string) => void;
}

/** One `npm run topology -- <command>`. */
export type TopologyCommand = Command<TopologyProgram>;
