import type { Type } from '@nestjs/common';
import { type DeclaredJob, jobsAmong } from '../jobs/job-registry';
import type { Contract } from '../messages/contract';
import {
  requestHandlersAmong,
  type DeclaredRequestHandler,
  eventSubscriptionsAmong,
} from '../messages/declared-handlers';
import { subscriptionDefinition, type SubscriptionDefinition } from '../messages/subscription';
import { type DeclaredSaga, sagasAmong } from '../sagas/saga-registry';
import { modulesFolderOf } from '../hosting/application-folder';
import { boundedContextsOf } from '../hosting/bounded-contexts';
import { type DeclaredRoute, routesDeclaredBy } from './declared-routes';
import { classesProvidedBy } from '../hosting/provided-class';
import { requireProvided } from './require-provided';
import { requireUpcasters } from './require-upcasters';
import { type SynchronousCall, synchronousCallsOf } from './synchronous-calls';

/** A durable consumer: a reaction, a saga, or the commands that sagas send to a module. */
export interface DeclaredSubscription {
  definition: SubscriptionDefinition;
  module: string;
  handledBy: string;
  contracts: readonly Contract[];
}

/** What of all modules of the application, hosted here or not, answers and reacts to what. */
export abstract class Topology {
  /** The names of the bounded contexts, in the order of the root module. */
  abstract readonly modules: readonly string[];
  abstract readonly commands: readonly DeclaredRequestHandler[];
  abstract readonly queries: readonly DeclaredRequestHandler[];
  abstract readonly sagas: readonly DeclaredSaga[];
  abstract readonly subscriptions: readonly DeclaredSubscription[];
  abstract readonly jobs: readonly DeclaredJob[];
  abstract readonly routes: readonly DeclaredRoute[];
  abstract readonly calls: readonly SynchronousCall[];
}

/** The topology of an application of which nothing is known. */
export const NO_TOPOLOGY: Topology = {
  modules: [],
  commands: [],
  queries: [],
  sagas: [],
  subscriptions: [],
  jobs: [],
  routes: [],
  calls: [],
};

/**
 * Reads the decorators of every bounded context; instantiates nothing. Throws, naming the class, where the
 * wiring is wrong. Of a root module that does not say where it is, it looks only at what the modules list.
 */
export function topologyOf(root: Type): Topology {
  const contexts = boundedContextsOf(root);
  const folder = modulesFolderOf(root);
  if (folder !== undefined) requireProvided(contexts, folder);
  const classes = contexts.flatMap(classesProvidedBy);
  const topology = {
    modules: contexts.map(({ name }) => name),
    commands: requestHandlersAmong(classes, 'command'),
    queries: requestHandlersAmong(classes, 'query'),
    sagas: sagasAmong(classes),
    jobs: jobsAmong(classes),
    routes: contexts.flatMap(routesDeclaredBy),
    calls: synchronousCallsOf(root),
  };
  requireOwners(topology);
  const used = [
    ...[...topology.commands, ...topology.queries, ...topology.calls].map(({ contract }) => contract),
    ...topology.sagas.flatMap(({ events, commands }) => [...events, ...commands]),
    ...eventSubscriptionsAmong(classes).flatMap(({ contracts }) => contracts),
  ];
  requireUpcasters(used, topology.modules, folder);
  const reactions = eventSubscriptionsAmong(classes).map(({ provided, ...reaction }) => ({
    ...reaction,
    handledBy: provided.type.name,
  }));
  const sagas = topology.sagas.map(({ definition, module, provided, events }) => ({
    definition: subscriptionDefinition(definition.name, definition.subscription),
    module,
    handledBy: provided.type.name,
    contracts: events,
  }));
  return { ...topology, subscriptions: [...reactions, ...sagas, ...commandSubscriptions(topology)] };
}

/** The sagas that send a command durably. */
export const sendersOf = ({ sagas }: Pick<Topology, 'sagas'>, command: Contract): DeclaredSaga[] =>
  sagas.filter(({ commands }) => commands.some(({ name }) => name === command.name));

/**
 * The logs that a subscription reads and what it wants of each: events from their publishers, durable
 * commands from those who send them.
 */
export function logsReadBy(
  topology: Pick<Topology, 'sagas'>,
  { contracts }: Pick<DeclaredSubscription, 'contracts'>,
): { log: string; messages: string[] }[] {
  const byLog = new Map<string, string[]>();
  for (const contract of contracts) {
    const publishers =
      contract.kind === 'command'
        ? sendersOf(topology, contract).map(({ module }) => module)
        : [contract.module];
    for (const log of new Set(publishers)) byLog.set(log, [...(byLog.get(log) ?? []), contract.name]);
  }
  return [...byLog].map(([log, messages]) => ({ log, messages }));
}

/** Finds commands and queries without a handler at start, before a caller waits for an answer. */
function requireOwners({
  commands,
  queries,
  sagas,
  calls,
}: Pick<Topology, 'commands' | 'queries' | 'sagas' | 'calls'>): void {
  const answered = new Set([...commands, ...queries].map(({ contract }) => contract.name));
  for (const saga of sagas) {
    for (const { name, module } of saga.commands) {
      if (answered.has(name)) continue;
      throw new Error(
        `The saga ${saga.definition.name} sends ${name}, which no module handles. Add a @CommandHandler for it in the module "${module}".`,
      );
    }
  }
  for (const { module, contract } of calls) {
    if (answered.has(contract.name)) continue;
    throw new Error(
      `The module "${module}" calls ${contract.name}, which no module answers. Add a handler for it in the module "${contract.module}".`,
    );
  }
}

/** One for each module that sagas send durable commands to. */
function commandSubscriptions({
  commands,
  sagas,
}: Pick<Topology, 'commands' | 'sagas'>): DeclaredSubscription[] {
  const sent = commands.filter(({ contract }) => sendersOf({ sagas }, contract).length > 0);
  return [...new Set(sent.map(({ module }) => module))].map((module) => {
    const own = sent.filter((command) => command.module === module);
    return {
      definition: subscriptionDefinition(commandSubscription(module)),
      module,
      handledBy: own.map(({ provided }) => provided.type.name).join(', '),
      contracts: own.map(({ contract }) => contract),
    };
  });
}

/** The durable name of the subscription that hands a module the commands sent to it. */
export const commandSubscription = (module: string): string => `${module}.commands`;
