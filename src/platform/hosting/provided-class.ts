import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';
import { boundedContextOf } from './bounded-context';

/** A class that a bounded context or a library provides. Its decorators say what it is. */
export interface ProvidedClass {
  type: { name: string } & object;
  /** The bounded context; undefined for a provider of any other NestJS module. */
  module: string | undefined;
}

/** The same with what NestJS made of it in this process. */
export interface ProvidedInstance extends ProvidedClass {
  instance: unknown;
}

/** The providers of a bounded context as it declares them; nothing is instantiated. */
export function classesProvidedBy({ name, type }: { name: string; type: Type }): ProvidedClass[] {
  const providers = (Reflect.getMetadata('providers', type) ?? []) as (Type | { useClass?: Type })[];
  return providers.flatMap((provider) => {
    const provided = typeof provider === 'function' ? provider : provider.useClass;
    return provided ? [{ type: provided, module: name }] : [];
  });
}

/** The providers that this process has instantiated. */
export const instancesIn = (discovery: DiscoveryService): ProvidedInstance[] =>
  discovery.getProviders().flatMap(({ metatype, instance, host }) =>
    typeof metatype === 'function' && instance
      ? [
          {
            type: metatype,
            instance: instance as unknown,
            module: boundedContextOf(host?.metatype ?? undefined)?.name,
          },
        ]
      : [],
  );
