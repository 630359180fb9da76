import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a file of a module exports. */
export interface LoadedFile {
  readonly path: string;
  readonly exported: readonly unknown[];
}

/**
 * Loads the files of a folder and of those in it, as TypeScript under Jest and as JavaScript in what is
 * built; none where the folder is not there. Specs are left out.
 */
export function loadFilesOf(folder: string): LoadedFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) => entry.isFile() && /\.[jt]s$/.test(entry.name) && !/\.(d|spec)\.[jt]s$/.test(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({
      path,
      // Found at run time, so that no list of them has to be kept.
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      exported: Object.values(require(path) as Record<string, unknown>),
    }));
}

/** Classes and functions. */
export type Callable = object & { readonly name: string };

export const isCallable = (value: unknown): value is Callable => typeof value === 'function';
