import { nestedTypeOf } from '../messages/validation/instance-of';

type Class = new () => object;

/**
 * Paths to the fields of a request that are called like something its class inherits, such as `toString` or
 * `__proto__`, or `prototype`. NestJS and class-transformer pass over them in silence, or worse, so that no
 * rule ever sees them. No request has a field of such a name, nor has an object in it whose names are the
 * client's own.
 */
export function inheritedNames(raw: unknown, type: unknown, path: readonly string[] = []): string[][] {
  if (typeof raw !== 'object' || raw === null) return [];
  const inherited = isClass(type) ? type.prototype : Object.prototype;
  if (Array.isArray(raw))
    return raw.flatMap((item, index) => inheritedNames(item, type, [...path, String(index)]));
  return Object.entries(raw).flatMap(([name, value]) => {
    const here = [...path, name];
    if (name in inherited || name === 'prototype') return [here];
    const inner = isClass(type) ? nestedTypeOf(type, name) : undefined;
    return inheritedNames(value, inner, here);
  });
}

const isClass = (type: unknown): type is Class & { prototype: object } =>
  typeof type === 'function' && typeof type.prototype === 'object' && type.prototype !== null;
