import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { boundedContextOf } from './bounded-context';

/**
 * The classes that a bounded context's NestJS modules list as providers or controllers, read from their decorators: also of a context
 * that this process does not host, and of which nothing is instantiated.
 */
export function declaredClasses(context: Type, kind: 'providers' | 'controllers'): Type[] {
  const imported = listOf(context, 'imports').filter((one) => typeof one === 'function' && !boundedContextOf(one)) as Type[];
  return [...listOf(context, kind).flatMap(classOf), ...imported.flatMap((one) => declaredClasses(one, kind))];
}

const listOf = (module: object, name: string): object[] => (Reflect.getMetadata(name, module) ?? []) as object[];

function classOf(declared: object): Type[] {
  if (typeof declared === 'function') return [declared as Type];
  const { useClass } = declared as { useClass?: Type };
  return useClass ? [useClass] : [];
}
