import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '../hosting/nest-metadata';

/** One operation of a module's HTTP API. */
export interface DeclaredRoute {
  /** In capitals; `ALL` for every method. */
  method: string;
  /** As Express reads it: `/orders/:orderId`. */
  path: string;
  module: string;
  handledBy: string;
}

/** The routes of a bounded context's controllers, in their order. */
export function routesDeclaredBy({ name, type }: { name: string; type: Type }): DeclaredRoute[] {
  const controllers = (Reflect.getMetadata('controllers', type) ?? []) as Type[];
  return controllers.flatMap((controller) =>
    methodsOf(controller).flatMap((handler) => {
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      return pathsOf(controller).flatMap((prefix) =>
        pathsOf(handler).map((path) => ({
          method: RequestMethod[method],
          path: `/${[prefix, path].flatMap((part) => part.split('/').filter(Boolean)).join('/')}`,
          module: name,
          handledBy: controller.name,
        })),
      );
    }),
  );
}

function methodsOf(controller: Type): object[] {
  const properties: object = controller.prototype as object;
  return Object.getOwnPropertyNames(properties)
    .filter((name) => name !== 'constructor')
    .flatMap((name) => {
      const value = Object.getOwnPropertyDescriptor(properties, name)?.value as unknown;
      return typeof value === 'function' ? [value] : [];
    });
}

const pathsOf = (target: object): string[] =>
  [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();
