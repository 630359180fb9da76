import 'reflect-metadata';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';

const APPLICATION_FOLDER = Symbol('seamline:application-folder');

/**
 * Says where an application's code is, above its root module: `@ApplicationFolder(__dirname)`. The folder has
 * `modules/<module>/`, and
 * `migrations/<module>/` are beside it; in the sources as in what is built of them.
 */
export const ApplicationFolder =
  (folder: string): ClassDecorator =>
  (target) =>
    Reflect.defineMetadata(APPLICATION_FOLDER, folder, target);

/**
 * Where an application has a folder for each of its modules; undefined for a root module that does not say
 * where it is.
 */
export function modulesFolderOf(root: Type): string | undefined {
  const folder = folderOf(root);
  return folder === undefined ? undefined : join(folder, 'modules');
}

/**
 * Where an application has a folder of migrations for each of its modules. Throws for a root module that does
 * not say where it is.
 */
export function migrationsFolderOf(root: Type): string {
  const folder = folderOf(root);
  if (folder !== undefined) return join(folder, '../migrations');
  throw new Error(
    `The root module ${root.name} does not say where the application's code is, so its migrations cannot be found. Put @ApplicationFolder(__dirname) above it.`,
  );
}

const folderOf = (root: Type): string | undefined =>
  Reflect.getMetadata(APPLICATION_FOLDER, root) as string | undefined;
