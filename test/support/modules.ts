import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EntitySchema } from 'typeorm';
import { boundedContextOf } from '../../src/platform/hosting/bounded-context';

/** Where the application has a folder for each module. */
export const MODULES = join(__dirname, '../../src/modules');
/** Where the application has a folder of migrations for each module. */
export const MIGRATIONS = join(__dirname, '../../migrations');

/**
 * The modules of the application: the folders of `src/modules`. A test makes sure that `AppModule` lists the
 * same.
 */
export const moduleNames: readonly string[] = readdirSync(MODULES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

/**
 * The tables that a module maps to classes. Loads that module and no other, so that a test pays for what it
 * uses.
 */
export function entitiesOf(module: string): EntitySchema[] {
  // Found at run time, under Jest's own loader.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const loaded = require(join(MODULES, module, `${module}.module`)) as Record<string, object>;
  const exported = Object.values(loaded);
  return exported.flatMap((moduleClass) => boundedContextOf(moduleClass)?.entities ?? []);
}
