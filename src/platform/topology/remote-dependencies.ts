import type { TransportSettings } from '../config/settings';
import type { Hosting } from '../hosting/hosting';
import { logsReadBy, type Topology } from './topology';

/** A module of another process that a module of this one depends on. */
export interface RemoteDependency {
  /** The module that is not hosted here. */
  module: string;
  /** For people: who needs what of it. */
  sentence: string;
}

/** The remote dependencies of the hosted modules: the logs that they read and the calls that they make. */
export function remoteDependenciesOf(hosting: Hosting, topology: Topology): RemoteDependency[] {
  const isAway = (module: string): boolean => !hosting.hosts(module);
  const logs = topology.subscriptions
    .filter(({ module }) => hosting.hosts(module))
    .flatMap((subscription) =>
      logsReadBy(topology, subscription)
        .filter(({ log }) => isAway(log))
        .map(({ log, messages }) => ({
          module: log,
          sentence: `${subscription.definition.name} reads the log of ${log}: ${messages.join(', ')}`,
        })),
    );
  const calls = topology.calls
    .filter(({ module, contract }) => hosting.hosts(module) && isAway(contract.module))
    .map(({ module, contract }) => ({
      module: contract.module,
      sentence: `${module} waits for the answer of ${contract.module}: ${contract.name}`,
    }));
  return [...logs, ...calls];
}

/** What some modules need of others over a broker. */
export interface BrokerAccess {
  /** The modules whose logs they read. */
  logs: readonly string[];
  /** The contracts that they wait for the answers of, by name. */
  calls: readonly string[];
}

/**
 * What these modules need of all others wherever they run: the logs that they read and the contracts that
 * they wait for.
 */
export function brokerAccessOf(
  modules: readonly string[],
  topology: Pick<Topology, 'subscriptions' | 'calls' | 'sagas'>,
): BrokerAccess {
  const logs = topology.subscriptions
    .filter(({ module }) => modules.includes(module))
    .flatMap((subscription) => logsReadBy(topology, subscription).map(({ log }) => log));
  const calls = topology.calls
    .filter(({ module }) => modules.includes(module))
    .map(({ contract }) => contract.name);
  return { logs: [...new Set(logs)], calls: [...new Set(calls)] };
}

/**
 * Throws, before anything is started, when a hosted module needs one that is not hosted and there is no
 * broker between them.
 */
export function requireReachableDependencies(
  hosting: Hosting,
  topology: Topology,
  { servers }: Pick<TransportSettings, 'servers'>,
): void {
  const needs = remoteDependenciesOf(hosting, topology);
  if (servers.length > 0 || needs.length === 0) return;
  const away = hosting.all.filter((module) => needs.some((need) => need.module === module));
  throw new Error(
    [
      `This process hosts ${hosting.hosted.join(', ')} (MODULES) and has no broker, so it cannot reach modules that it needs:`,
      ...needs.map(({ sentence }) => `  - ${sentence}`),
      `Set NATS_URL to the broker of the processes that host ${away.join(', ')}, or leave MODULES out to host every module here.`,
    ].join('\n'),
  );
}

/** What a process says at start: what it hosts, where it expects the others, and what it cannot reach. */
export function describeHosting(hosting: Hosting, { servers }: Pick<TransportSettings, 'servers'>): string[] {
  const { all, hosted, elsewhere, standbys } = hosting;
  if (elsewhere.length === 0) return [`This process hosts every module: ${all.join(', ')}.`];
  return [
    hosted.length > 0
      ? `This process hosts ${hosted.join(', ')} and none of the other modules.`
      : 'This process hosts no module at the moment.',
    ...standbys.map(({ module, where }) => `It stands by for ${module}, ${where}.`),
    servers.length > 0
      ? `It expects them in other processes, over the broker at ${servers.join(', ')}: ${elsewhere.join(', ')}.`
      : `It has no broker and cannot reach them, nor can they reach it: ${elsewhere.join(', ')}. Nothing hosted here needs them; set NATS_URL where others need this process.`,
  ];
}
