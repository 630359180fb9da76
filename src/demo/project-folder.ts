import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder of package.json. The demo runs from `dist/`, where the compiler puts no data files: paths start
 * here instead.
 */
export function projectFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json above ${__dirname}.`);
    folder = parent;
  }
  return folder;
}

/** The real orders that are played when no other file is named. */
export function bundledData(): string {
  return join(projectFolder(), 'src', 'demo', 'data', 'online-retail.csv');
}
