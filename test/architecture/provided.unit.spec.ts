import { dirname } from 'node:path';
import type { Type } from '@nestjs/common';
import { AppModule } from '../../src/app.module';
import { ApplicationFolder } from '../../src/platform/hosting/application-folder';
import { BoundedContext } from '../../src/platform/hosting/bounded-context';
import { eventSubscriptionsAmong } from '../../src/platform/messages/declared-handlers';
import { Subscription } from '../../src/platform/messages/subscription';
import { boundedContextsOf, type DeclaredContext } from '../../src/platform/hosting/bounded-contexts';
import { classesProvidedBy } from '../../src/platform/hosting/provided-class';
import { requireProvided } from '../../src/platform/topology/require-provided';
import { routesDeclaredBy } from '../../src/platform/topology/declared-routes';
import { topologyOf } from '../../src/platform/topology/topology';
import { MODULES } from '../support/modules';

const contexts = boundedContextsOf(AppModule);

/** The context as if its NestJS module listed one class less. */
function without(context: DeclaredContext, left: object): DeclaredContext {
  const type = { [context.type.name]: class {} }[context.type.name];
  for (const list of ['providers', 'controllers']) {
    const listed = (Reflect.getMetadata(list, context.type) ?? []) as (object | { useClass?: object })[];
    Reflect.defineMetadata(
      list,
      listed.filter((entry) => entry !== left && (entry as { useClass?: object }).useClass !== left),
      type,
    );
  }
  return { ...context, type: type as Type };
}

describe('what a module declares', () => {
  it('is provided by the modules of the application', () => {
    expect(() => requireProvided(contexts, MODULES)).not.toThrow();
  });

  const topology = topologyOf(AppModule);
  const called = new Map<string, string>([
    ...topology.commands.map(({ provided }) => [provided.type.name, 'command handler'] as const),
    ...topology.queries.map(({ provided }) => [provided.type.name, 'query handler'] as const),
    ...topology.jobs.map(({ provided }) => [provided.type.name, 'job handler'] as const),
    ...topology.sagas.map(({ provided }) => [provided.type.name, 'saga'] as const),
    ...eventSubscriptionsAmong(contexts.flatMap(classesProvidedBy)).map(
      ({ provided }) => [provided.type.name, 'reaction'] as const,
    ),
    ...contexts.flatMap(routesDeclaredBy).map(({ handledBy }) => [handledBy, 'controller'] as const),
  ]);

  it.each(contexts)(
    'stops the start where the module $name leaves out one class, whichever it is',
    (context) => {
      const controllers = (Reflect.getMetadata('controllers', context.type) ?? []) as Type[];
      const classes = [...classesProvidedBy(context).map(({ type }) => type), ...controllers];
      const kinds = classes.filter(({ name }) => called.has(name));
      expect(kinds.length).toBeGreaterThan(0);
      for (const left of kinds) {
        const kind = called.get(left.name)!;
        expect(() => requireProvided([without(context, left)], MODULES)).toThrow(
          new RegExp(
            `${left.name} \\(${context.name}/.+\\.[jt]s\\) is a ${kind} of the module "${context.name}", and ${context.type.name} does not list it\\. ` +
              `Add the class to its ${kind === 'controller' ? 'controllers' : 'providers'}, or remove it\\.`,
          ),
        );
      }
    },
  );

  it('says everything that is missing at once', () => {
    const empty = contexts.map((context) => ({
      ...context,
      type: { [context.type.name]: class {} }[context.type.name],
    }));
    for (const name of called.keys()) expect(() => requireProvided(empty, MODULES)).toThrow(` ${name} (`);
  });

  it('stops whatever reads the topology, and with it the start', () => {
    const [context] = contexts;
    const [left] = classesProvidedBy(context).filter(({ type }) => called.has(type.name));
    const part = without(context, left.type).type;
    BoundedContext({ name: context.name })(part);
    ApplicationFolder(dirname(MODULES))(part);
    expect(() => topologyOf(part)).toThrow(`${left.type.name} (${context.name}/`);
  });

  it.each(['nowhere', contexts[0].name])(
    'is asked for nothing where the module is declared outside of its folder: %s',
    (name) => {
      expect(() => requireProvided([{ name, type: class Elsewhere {} }], MODULES)).not.toThrow();
    },
  );

  it('is refused where a subscription handles no events', () => {
    @Subscription('loyalty.deaf')
    class Deaf {}
    expect(() => eventSubscriptionsAmong([{ type: Deaf, module: 'loyalty' }])).toThrow(
      'Deaf in the module "loyalty" is the subscription "loyalty.deaf" and handles no events. Add @EventsHandler(<event>) to it.',
    );
  });
});
