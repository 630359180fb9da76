import { escapeIdentifier } from 'pg';

/** Something that must hold whenever the system is at rest, asked of the database and not of the code. */
export interface Invariant {
  /** One sentence that is true when all is well. */
  sentence: string;
  /**
   * One `select` over the schemas of all modules that gives a row `(id text, problem text)` for everything it
   * looked at: what it is about, and what is wrong with it, or null.
   */
  sql: (modules: readonly string[]) => string;
}

/** The same question to every module's schema, as one `select`. */
export const inEverySchema = (
  modules: readonly string[],
  select: (schema: string, module: string) => string,
): string => modules.map((module) => select(escapeIdentifier(module), module)).join('\nunion all\n');
