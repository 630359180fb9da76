import type { Type } from '@nestjs/common';
import { boundedContextsOf } from '../hosting/bounded-contexts';
import { apiInfoOf } from '../http/open-api-info';
import { type Contract, contractOf } from '../messages/contract';
import { sagaDiagram, sagaGraph } from '../sagas/saga-diagram';
import type { DeclaredSaga } from '../sagas/saga-registry';
import { BACKOFF } from '../subscriptions/retry-decision';
import { commandSubscription, logsReadBy, type Topology, topologyOf } from '../topology/topology';
import type {
  Catalogue,
  CatalogueJob,
  CatalogueMessage,
  CatalogueModule,
  CatalogueSaga,
  CatalogueRoute,
  CatalogueSubscription,
  Origin,
} from './catalogue';
import { injectionsOf } from './code-paths';
import { DeclaredCode } from './declared-code';
import { firstSentenceOf } from './documentation';
import { type Callable, isCallable } from './module-files';
import { readableVersions } from './readable-versions';

type Codes = ReadonlyMap<string, DeclaredCode>;

/**
 * The catalogue of an application, from its decorators and its code. Instantiates nothing and asks nothing.
 * Throws where the wiring is wrong, as a start does. Of a root module that does not say where its code is, it
 * tells what decorators declare.
 */
export function catalogueOf(root: Type): Catalogue {
  const topology = topologyOf(root);
  const contexts = boundedContextsOf(root);
  const codes: Codes = new Map(contexts.map((context) => [context.name, new DeclaredCode(root, context)]));
  const { title, version } = apiInfoOf(root);
  const contracts = contractsOf(topology, codes);
  const causes = new Causes(topology, codes, contracts);
  const subscriptions = byName(
    topology.subscriptions.map((one) => subscriptionOf(one, topology, codes, causes)),
  );
  const jobs = byName(topology.jobs.map((job) => jobOf(job, codes, causes)));
  const routes = topology.routes.map((route) => routeOf(route, causes));
  const sagas = byName(topology.sagas.map((saga) => sagaEntryOf(saga, codes)));
  const answered = new Map(
    [...topology.commands, ...topology.queries].map(({ contract, provided }) => [
      contract.name,
      provided.type,
    ]),
  );
  const messages = byName(
    contracts.map((contract): Omit<CatalogueMessage, 'from'> => ({
      name: contract.name,
      kind: contract.kind,
      module: contract.module,
      version: contract.version,
      className: contract.type.name,
      personalData: contract.personalData ?? [],
      summary: codes.get(contract.module)?.documentationOf(contract.type) ?? null,
      answeredBy: answered.get(contract.name)?.name ?? null,
      handledBy: subscriptions
        .filter(({ reads }) => reads.some((read) => read.messages.includes(contract.name)))
        .map(({ name, module, handledBy, kind }) => ({
          subscription: name,
          module,
          handledBy: kind === 'commands' ? answered.get(contract.name)!.name : handledBy,
          versions: readableVersions(contract),
        })),
      leadsTo: causes.after(contract.module, answered.get(contract.name)),
    })),
  );
  return {
    application: { title, version },
    modules: contexts.map(({ name, owner, type }): CatalogueModule => ({
      name,
      owner: owner ?? null,
      summary: shortly(codes.get(name)!.documentationOf(type)),
      waitsFor: distinct(
        topology.calls.filter(({ module }) => module === name).map(({ contract }) => contract.module),
      ).sort(),
    })),
    messages: messages.map((message) => ({
      ...message,
      from: originsOf(message.name, { messages, subscriptions, jobs, routes, topology }),
    })),
    subscriptions,
    sagas,
    jobs,
    routes,
  };
}

/** What the code of a class leads to, by the names of contracts. */
class Causes {
  private readonly contracts: ReadonlyMap<string, Contract>;

  constructor(
    private readonly topology: Topology,
    private readonly codes: Codes,
    contracts: readonly Contract[],
  ) {
    this.contracts = new Map(contracts.map((contract) => [contract.type.name, contract]));
  }

  /** The events that a class of a module may publish. */
  after(module: string, type: object | undefined): string[] {
    return this.made(module, type)
      .filter((contract) => contract.kind === 'event' && contract.module === module)
      .map(({ name }) => name)
      .sort();
  }

  /** The commands that a controller executes, or whose handlers it calls. */
  commandsOf(module: string, controller: Callable | undefined): string[] {
    if (!controller) return [];
    const injected = [...injectionsOf(controller).values()];
    const called = this.topology.commands.filter(({ provided }) =>
      injected.includes(provided.type as Callable),
    );
    const made = this.made(module, controller).filter(({ kind }) => kind === 'command');
    return distinct([...called.map(({ contract }) => contract.name), ...made.map(({ name }) => name)]).sort();
  }

  classNamed(module: string, name: string): Callable | undefined {
    return this.codes.get(module)?.classNamed(name);
  }

  private made(module: string, type: object | undefined): Contract[] {
    if (!isCallable(type)) return [];
    return [...(this.codes.get(module)?.madeFrom(type) ?? [])].flatMap(
      (name) => this.contracts.get(name) ?? [],
    );
  }
}

/** What modules have in their folders, and what something refers to. */
function contractsOf({ commands, queries, subscriptions, sagas, calls }: Topology, codes: Codes): Contract[] {
  const all = [
    ...[...codes.values()].flatMap((code) => code.contracts),
    ...[...commands, ...queries, ...calls].map(({ contract }) => contract),
    ...subscriptions.flatMap((subscription) => subscription.contracts),
    ...sagas.flatMap((saga) => [...saga.events, ...saga.commands]),
  ];
  return [...new Map(all.map((contract) => [contract.name, contract])).values()];
}

function subscriptionOf(
  { definition, module, handledBy, contracts }: Topology['subscriptions'][number],
  topology: Topology,
  codes: Codes,
  causes: Causes,
): CatalogueSubscription {
  const { name, startAt, batchSize, laneGroups, timeoutMs, maxAttempts } = definition;
  const saga = topology.sagas.find((one) => one.definition.name === name);
  const isCommands = name === commandSubscription(module) && !saga;
  const type = saga?.provided.type ?? codes.get(module)?.classNamed(handledBy);
  return {
    name,
    module,
    kind: saga ? 'saga' : isCommands ? 'commands' : 'reaction',
    handledBy,
    summary: isCommands
      ? `The commands that other modules send to ${module}.`
      : type
        ? (codes.get(module)?.documentationOf(type) ?? null)
        : null,
    reads: logsReadBy(topology, { contracts }).map(({ log, messages }) => ({
      log,
      messages: messages.sort(),
    })),
    leadsTo: isCommands
      ? []
      : distinct([
          ...(saga?.commands.map((command) => command.name) ?? []),
          ...causes.after(module, type),
        ]).sort(),
    startAt,
    batchSize,
    laneGroups,
    timeoutMs,
    retry: { maxAttempts, firstDelayMs: BACKOFF.firstMs, longestDelayMs: BACKOFF.longestMs },
  };
}

function jobOf(
  { definition: { type, maxAttempts, timeoutMs }, module, provided }: Topology['jobs'][number],
  codes: Codes,
  causes: Causes,
): CatalogueJob {
  return {
    name: type,
    module,
    handledBy: provided.type.name,
    summary: codes.get(module)?.documentationOf(provided.type) ?? null,
    maxAttempts,
    timeoutMs,
    leadsTo: causes.after(module, provided.type),
  };
}

const routeOf = (
  { method, path, module, handledBy }: Topology['routes'][number],
  causes: Causes,
): CatalogueRoute => ({
  name: `${method} ${path}`,
  module,
  handledBy,
  // What is read executes no command, whatever else its controller does.
  leadsTo: method === 'GET' ? [] : causes.commandsOf(module, causes.classNamed(module, handledBy)),
});

function sagaEntryOf(
  { definition, module, provided, events: [start] }: DeclaredSaga,
  codes: Codes,
): CatalogueSaga {
  const { nodes, arrows } = sagaGraph(definition);
  return {
    name: definition.name,
    module,
    ownedBy: provided.type.name,
    summary: codes.get(module)?.documentationOf(provided.type) ?? null,
    startsWith: start.name,
    completed: definition.completed,
    steps: definition.steps.map(
      ({ name, kind, state, when, send, done, refused, compensation, deadline }) => ({
        name,
        kind,
        state,
        when: when?.description ?? null,
        sends: send ? contractOf(send.command).name : null,
        done: contractOf(done.event).name,
        refused: distinct((refused ?? []).map(({ event }) => contractOf(event).name)),
        compensation: compensation
          ? { sends: contractOf(compensation.command).name, done: contractOf(compensation.done.event).name }
          : null,
        deadlineMs: deadline?.afterMs ?? null,
      }),
    ),
    states: nodes,
    arrows,
    diagram: sagaDiagram(definition),
  };
}

interface Known {
  messages: readonly Omit<CatalogueMessage, 'from'>[];
  subscriptions: readonly CatalogueSubscription[];
  jobs: readonly CatalogueJob[];
  routes: readonly CatalogueRoute[];
  topology: Topology;
}

function originsOf(message: string, { messages, subscriptions, jobs, routes, topology }: Known): Origin[] {
  const leading = (things: readonly { name: string; module: string; leadsTo: readonly string[] }[]) =>
    things.filter(({ leadsTo }) => leadsTo.includes(message));
  const as = (kind: Origin['kind'], things: readonly { name: string; module: string }[]): Origin[] =>
    things.map(({ name, module }) => ({ kind, name, module }));
  const ofSubscriptions = leading(subscriptions) as CatalogueSubscription[];
  const waiting = topology.calls.filter(({ contract }) => contract.name === message);
  return [
    ...as('route', leading(routes)),
    ...as('command', leading(messages)),
    ...as(
      'saga',
      ofSubscriptions.filter(({ kind }) => kind === 'saga'),
    ),
    ...as(
      'subscription',
      ofSubscriptions.filter(({ kind }) => kind === 'reaction'),
    ),
    ...as('job', leading(jobs)),
    ...as(
      'module',
      waiting.map(({ module }) => ({ name: module, module })),
    ),
  ];
}

const shortly = (text: string | null): string | null => text && firstSentenceOf(text);
const byName = <T extends { readonly name: string }>(things: readonly T[]): T[] =>
  [...things].sort((one, other) => one.name.localeCompare(other.name, 'en'));
const distinct = (names: readonly string[]): string[] => [...new Set(names)];
