import 'reflect-metadata';
import { boundedContextOf, type BoundedContextOptions } from './bounded-context';

/** The bounded contexts among the imports of a NestJS module: the list that everything else is derived from. */
export function boundedContextsOf(root: object): BoundedContextOptions[] {
  const imports = (Reflect.getMetadata('imports', root) ?? []) as object[];
  const contexts = imports.map((imported) => boundedContextOf(imported)).filter((context) => context !== undefined);
  const names = contexts.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`Two modules are called "${twice}". The name is the schema and the role, so it must be one module's alone.`);
  return contexts;
}
