import type { Type } from '@nestjs/common';
import { type BoundedContextOptions, boundedContextOf } from './bounded-context';
import type { Settings } from '../config/settings';
import { type Hosting, hostingOf } from './hosting';

/** A bounded context and the NestJS module that declares it. */
export interface DeclaredContext extends BoundedContextOptions {
  type: Type;
}

/** The bounded contexts among the imports of the application's root module; a root may be one itself. */
export function boundedContextsOf(root: Type): DeclaredContext[] {
  return [root, ...importsOf(root)].flatMap((imported) => declaredAs(imported) ?? []);
}

/** Which of them this process runs, by `MODULES`. Throws a `SettingsError` that lists them. */
export const hostingFor = (root: Type, { hosting }: Pick<Settings, 'hosting'>): Hosting =>
  hostingOf(
    boundedContextsOf(root).map(({ name }) => name),
    hosting,
  );

/**
 * The root module without the bounded contexts that are not hosted: their classes are known and never
 * instantiated.
 */
export function hostedPartOf(root: Type, hosting: Hosting): Type {
  if (hosting.elsewhere.length === 0) return root;
  const isHere = (imported: object): boolean => {
    const context = declaredAs(imported);
    return !context || hosting.hosts(context.name);
  };
  // A subclass has its parent's metadata, but for what it says itself.
  const part = { [root.name]: class extends root {} }[root.name];
  Reflect.defineMetadata(IMPORTS, importsOf(root).filter(isHere), part);
  return part;
}

const IMPORTS = 'imports';

const importsOf = (root: Type): object[] => (Reflect.getMetadata(IMPORTS, root) ?? []) as object[];

function declaredAs(imported: object): DeclaredContext | undefined {
  const options = boundedContextOf(imported);
  return options && { ...options, type: imported as Type };
}
