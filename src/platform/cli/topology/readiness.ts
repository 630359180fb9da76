import { logsReadBy, type Topology } from '../../topology/topology';
import { type Contract, contractOf } from '../../messages/contract';
import type { DeclaredSaga } from '../../sagas/saga-registry';
import type { Traffic } from './traffic';

interface VersionedName {
  name: string;
  version: number;
}

/** Messages that one module's subscription takes from another module's log. */
export interface Flow {
  subscription: string;
  /** The module at the other end. */
  module: string;
  messages: string[];
}

/**
 * What would cross the network if a module left for a process of its own. Facts; whether it should leave is
 * for people to say.
 */
export interface Readiness {
  module: string;
  /** Answers of other modules that it waits for. */
  waitsFor: (VersionedName & { module: string })[];
  /** Its answers that other modules wait for. */
  isWaitedForBy: (VersionedName & { module: string })[];
  /** What it takes from the logs of others. Those that are no commands it usually keeps a copy of. */
  reads: Flow[];
  /** What others take from its log. */
  isReadBy: Flow[];
  /** Messages to and from other modules for one process that goes well and leaves no step out. */
  perProcess: { saga: string; commands: number; answers: number }[];
  /** Every contract that would cross, each once. */
  contracts: (VersionedName & { kind: Contract['kind'] })[];
  /** Those of them that no module has published in this version. */
  unpublished: VersionedName[];
  /** Only where databases and processes were asked. */
  traffic?: Traffic;
}

/** The facts about one module, from decorators alone. `published` are contracts as `<name> v<version>`. */
export function readinessOf(topology: Topology, module: string, published: ReadonlySet<string>): Readiness {
  const { calls, subscriptions, sagas } = topology;
  const out = calls.filter((call) => call.module === module);
  const into = calls.filter((call) => call.contract.module === module && call.module !== module);
  const flows = subscriptions.flatMap((subscription) =>
    logsReadBy(topology, subscription).map(({ log, messages }) => ({
      log,
      messages,
      subscription: subscription.definition.name,
      reader: subscription.module,
    })),
  );
  const reads = flows.filter(({ log, reader }) => reader === module && log !== module);
  const isReadBy = flows.filter(({ log, reader }) => log === module && reader !== module);
  const crossing = new Set([...reads, ...isReadBy].flatMap(({ messages }) => messages));
  const crossed = [
    ...subscriptions
      .flatMap((subscription) => subscription.contracts)
      .filter(({ name }) => crossing.has(name)),
    ...[...out, ...into].map(({ contract }) => contract),
  ];
  const contracts = [...new Map(crossed.map((contract) => [contract.name, contract])).values()].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
  return {
    module,
    waitsFor: out.map(({ contract }) => ({ ...versioned(contract), module: contract.module })),
    isWaitedForBy: into.map((call) => ({ ...versioned(call.contract), module: call.module })),
    reads: reads.map(({ subscription, log, messages }) => ({ subscription, module: log, messages })),
    isReadBy: isReadBy.map(({ subscription, reader, messages }) => ({
      subscription,
      module: reader,
      messages,
    })),
    perProcess: sagas.flatMap((saga) => trafficOf(saga, module)),
    contracts: contracts.map((contract) => ({ ...versioned(contract), kind: contract.kind })),
    unpublished: contracts
      .map(versioned)
      .filter(({ name, version }) => !published.has(`${name} v${version}`)),
  };
}

/** A saga's own module talks to all its partners, a partner with the saga only. */
function trafficOf({ definition, module: owner }: DeclaredSaga, module: string): Readiness['perProcess'] {
  const crosses = (other: string): boolean => other !== owner && (module === owner || module === other);
  const count = (messages: readonly object[]): number =>
    messages.filter((message) => crosses(contractOf(message).module)).length;
  const commands = count(definition.steps.flatMap(({ send }) => send?.command ?? []));
  const answers = count(definition.steps.map(({ done }) => done.event));
  return commands + answers > 0 ? [{ saga: definition.name, commands, answers }] : [];
}

const versioned = ({ name, version }: Contract): VersionedName => ({ name, version });
