import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationInterface } from 'typeorm';

type MigrationClass = new () => MigrationInterface;

/** Beside `src/`, in the sources as in `dist/`. */
export const MIGRATIONS = join(__dirname, '../../../migrations');

/** The migrations of a module's schema: those that every schema gets, then its own. */
export const migrationsOf = (module: string, root = MIGRATIONS): MigrationClass[] => [
  ...inFolder(join(root, 'platform')),
  ...inFolder(join(root, module)),
];

/** The names under which a module's migrations are written into its history. */
export const migrationNames = (module: string, root = MIGRATIONS): string[] =>
  migrationsOf(module, root).map((type) => new type().name ?? type.name);

function inFolder(folder: string): MigrationClass[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /\.[jt]s$/.test(file) && !/\.(d|spec)\.ts$/.test(file))
    .sort()
    .flatMap((file) => classesIn(join(folder, file)));
}

function classesIn(file: string): MigrationClass[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- found at run time, as TypeScript under Jest and as JavaScript in dist
  const exported = Object.values(require(file) as Record<string, unknown>);
  const classes = exported.filter((value): value is MigrationClass => typeof value === 'function');
  if (classes.length === 0) throw new Error(`${file} exports no migration class.`);
  return classes;
}
