import 'reflect-metadata';
import { Controller, Get, Post, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { AppModule } from '../../src/app.module';
import { IdempotencyContext } from '../../src/platform/http/idempotency';
import { SafeToRepeat, whySafeToRepeat } from '../../src/platform/http/safe-to-repeat';
import { OpsController } from '../../src/platform/ops/ops.controller';
import { boundedContextsOf } from '../../src/platform/hosting/bounded-contexts';

interface Route {
  where: string;
  /** The module whose database remembers answers; undefined where the route takes no key. */
  keyed: string | undefined;
  reason: string | undefined;
}

const CHANGES = [RequestMethod.POST, RequestMethod.PUT, RequestMethod.PATCH, RequestMethod.DELETE];

@Controller()
class Examples {
  @Post()
  keyed(@IdempotencyContext('examples') _context: IdempotencyContext): void {}

  @Post()
  @SafeToRepeat('it sets what it is given')
  marked(): void {}

  @Post()
  neither(): void {}

  @Get()
  read(): void {}
}

/** How a parameter is known that `@IdempotencyContext` has made. */
const FACTORY = argumentsOf(Examples, 'keyed')[0].factory;

function argumentsOf(controller: Type, method: string): { factory?: unknown; data?: unknown }[] {
  return Object.values((Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as object);
}

/** The routes of a controller that change something. */
function changingRoutesOf(controller: Type): Route[] {
  const prototype = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const method =
      name === 'constructor'
        ? undefined
        : (Reflect.getMetadata(METHOD_METADATA, prototype[name]) as RequestMethod | undefined);
    if (method === undefined || !CHANGES.includes(method)) return [];
    const context = argumentsOf(controller, name).find(({ factory }) => factory === FACTORY);
    return [
      {
        where: `${controller.name}.${name}`,
        keyed: context && String(context.data),
        reason: whySafeToRepeat(prototype, name),
      },
    ];
  });
}

/** What is wrong with routes; `module` is the one that they belong to. */
const faultsOf = (module: string | undefined, routes: readonly Route[]): string[] =>
  routes.flatMap(({ where, keyed, reason }) => {
    if (keyed === undefined && !reason)
      return [
        `${where} changes something: take an @IdempotencyContext('${module ?? 'module'}'), or say with @SafeToRepeat why a repeated request does no harm`,
      ];
    return keyed !== undefined && keyed !== module
      ? [`${where} remembers its answers in ${keyed}, and ${module} does the work`]
      : [];
  });

describe('A request that changes something can be sent again', () => {
  const ofModules = boundedContextsOf(AppModule).flatMap(({ name, type }) =>
    ((Reflect.getMetadata('controllers', type) ?? []) as Type[]).map((controller) => ({
      module: name,
      routes: changingRoutesOf(controller),
    })),
  );

  it('and this sees a route that is not made for it', () => {
    const routes = changingRoutesOf(Examples);
    expect(routes.map(({ where }) => where)).toEqual([
      'Examples.keyed',
      'Examples.marked',
      'Examples.neither',
    ]);
    expect(faultsOf('examples', routes)).toEqual([
      expect.stringContaining("Examples.neither changes something: take an @IdempotencyContext('examples')"),
    ]);
    expect(faultsOf('others', routes.slice(0, 1))).toEqual([
      'Examples.keyed remembers its answers in examples, and others does the work',
    ]);
    expect(ofModules.flatMap(({ routes: all }) => all).length).toBeGreaterThan(15);
  });

  it('with the same key, in the module that does the work, or because the route says why it may', () => {
    expect(ofModules.flatMap(({ module, routes }) => faultsOf(module, routes))).toEqual([]);
  });

  it("at the operator's API, too, which takes no keys", () => {
    expect(faultsOf(undefined, changingRoutesOf(OpsController))).toEqual([]);
  });
});
