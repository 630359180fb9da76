import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The source files of a folder that mention something, as TypeScript under Jest and as JavaScript in dist;
 * without specs.
 */
export const filesMentioning = (folder: string, what: RegExp): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) => entry.isFile() && /\.[jt]s$/.test(entry.name) && !/\.(d|spec)\.[jt]s$/.test(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => what.test(readFileSync(file, 'utf8')))
    .sort();

/** Loads a file, and gives the classes and functions that it exports. */
export function classesIn(file: string): (object & { name: string })[] {
  // Found at run time, so it cannot be imported.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const exported = Object.values(require(file) as Record<string, unknown>);
  return exported.filter((value): value is object & { name: string } => typeof value === 'function');
}
