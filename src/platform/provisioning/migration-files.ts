import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationInterface } from 'typeorm';

type MigrationClass = new () => MigrationInterface;

/**
 * What every schema gets. It comes with the platform, wherever the application is: beside `src/`, also where
 * they are built.
 */
const OF_PLATFORM = join(__dirname, '../../../migrations/platform');

/**
 * The migrations of a module's schema: those that every schema gets, then its own, from the folder of its
 * name in `migrations`, which is the application's. None of its own where there is no such folder.
 */
export const migrationsOf = (module: string, migrations: string): MigrationClass[] => [
  ...inFolder(OF_PLATFORM),
  ...inFolder(join(migrations, module)),
];

/** The names under which a module's migrations are written into its history. */
export const migrationNames = (module: string, migrations: string): string[] =>
  migrationsOf(module, migrations).map((type) => new type().name ?? type.name);

function inFolder(folder: string): MigrationClass[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /\.[jt]s$/.test(file) && !/\.(d|spec)\.ts$/.test(file))
    .sort()
    .flatMap((file) => classesIn(join(folder, file)));
}

function classesIn(file: string): MigrationClass[] {
  // Found at run time, as TypeScript under Jest and as JavaScript in dist.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const exported = Object.values(require(file) as Record<string, unknown>);
  const classes = exported.filter((value): value is MigrationClass => typeof value === 'function');
  if (classes.length === 0) throw new Error(`${file} exports no migration class.`);
  return classes;
}
