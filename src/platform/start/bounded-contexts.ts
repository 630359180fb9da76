import type { Type } from '@nestjs/common';
import { type BoundedContextOptions, boundedContextOf } from '../bounded-context';

/** The bounded contexts among the imports of the application's root module. */
export function boundedContextsOf(root: Type): BoundedContextOptions[] {
  const imports = (Reflect.getMetadata('imports', root) ?? []) as object[];
  return imports.flatMap((imported) => boundedContextOf(imported) ?? []);
}
