import 'reflect-metadata';
import { HANDLER_METADATA } from '../hosting/nest-metadata';
import type { ProvidedClass } from '../hosting/provided-class';
import { type Contract, contractOf } from './contract';
import { subscriptionOf, type SubscriptionDefinition } from './subscription';

/** The command or query that a class answers by its decorator. */
export const requestHandledBy = (type: object, kind: 'command' | 'query'): object | undefined =>
  Reflect.getMetadata(HANDLER_METADATA[kind], type) as object | undefined;

/** Whether a class handles events by its decorator. */
export const handlesEvents = (type: object): boolean => Reflect.hasMetadata(HANDLER_METADATA.event, type);

/** The one class that answers a command or a query. */
export interface DeclaredRequestHandler<Provided extends ProvidedClass = ProvidedClass> {
  contract: Contract;
  module: string;
  provided: Provided;
}

/** One class that reacts to events. */
export interface DeclaredEventSubscription<Provided extends ProvidedClass = ProvidedClass> {
  definition: SubscriptionDefinition;
  contracts: Contract[];
  module: string;
  provided: Provided;
}

/**
 * The handlers of commands or of queries among some classes. Throws, naming the class, where wiring is wrong.
 */
export function requestHandlersAmong<Provided extends ProvidedClass>(
  classes: readonly Provided[],
  kind: 'command' | 'query',
): DeclaredRequestHandler<Provided>[] {
  const found = new Map<string, DeclaredRequestHandler<Provided>>();
  for (const provided of classes) {
    const { type, module } = provided;
    const message = requestHandledBy(type, kind);
    if (!message) continue;
    const contract = contractOf(message);
    const other = found.get(contract.name)?.provided.type.name;
    if (other)
      throw new Error(
        `The ${kind} ${contract.name} has two owners: ${other} and ${type.name}. It must have exactly one.`,
      );
    if (contract.kind !== kind || contract.module !== module) {
      throw new Error(
        `${type.name} in ${module ?? 'no module'} answers ${contract.name}, a ${contract.kind} of ${contract.module}. Only its own module may answer it.`,
      );
    }
    found.set(contract.name, { contract, module, provided });
  }
  return [...found.values()];
}

/** The reactions to events among some classes. Throws, naming the class, where wiring is wrong. */
export function eventSubscriptionsAmong<Provided extends ProvidedClass>(
  classes: readonly Provided[],
): DeclaredEventSubscription<Provided>[] {
  return classes.flatMap((provided) => {
    const { type, module } = provided;
    const events = Reflect.getMetadata(HANDLER_METADATA.event, type) as object[] | undefined;
    const definition = subscriptionOf(type);
    if (!events) {
      if (!definition) return [];
      throw new Error(
        `${type.name} in the module "${module ?? 'none'}" is the subscription "${definition.name}" and handles no events. Add @EventsHandler(<event>) to it.`,
      );
    }
    if (!definition)
      throw new Error(
        `${type.name} handles events without a durable name. Add @Subscription('<module>.<reaction>') to it.`,
      );
    if (!module || !definition.name.startsWith(`${module}.`)) {
      throw new Error(
        `${type.name} is the subscription "${definition.name}" but is provided by ${module ?? 'no module'}. A subscription's name starts with its module.`,
      );
    }
    return [{ definition, contracts: events.map(contractOf), module, provided }];
  });
}
