import type { TransportSettings } from '../../config/settings';
import { localityOf, localityBetween, combinedLocality, type Locality } from '../../hosting/locality';
import type { Hosting } from '../../hosting/hosting';
import { logsReadBy, sendersOf, type Topology } from '../../topology/topology';
import type { DeclaredRequestHandler } from '../../messages/declared-handlers';

/** A module that sends a command. */
export interface Sender {
  module: string;
  /** The saga that sends it durably; null where the module waits for the answer. */
  saga: string | null;
  where: Locality;
}

/**
 * What `npm run topology -- explain --json` prints. Fields may be added; those that are here keep their names
 * and meaning.
 */
export interface ExplainedTopology {
  /** In the order of the application. */
  modules: { name: string; hosted: boolean }[];
  /**
   * `host:port` of the servers of `NATS_URL`, over which everything goes that crosses; empty when there is no
   * broker.
   */
  broker: readonly string[];
  commands: {
    name: string;
    version: number;
    module: string;
    handledBy: string;
    sentBy: Sender[];
    where: Locality;
  }[];
  queries: {
    name: string;
    version: number;
    module: string;
    handledBy: string;
    askedBy: { module: string; where: Locality }[];
    where: Locality;
  }[];
  subscriptions: {
    name: string;
    module: string;
    handledBy: string;
    /** The logs that it reads, and what it wants of each. */
    reads: { log: string; messages: string[]; where: Locality }[];
    laneGroups: number;
    maxAttempts: number;
    where: Locality;
  }[];
  sagas: {
    name: string;
    module: string;
    ownedBy: string;
    startsWith: string;
    steps: string[];
    /** The modules that take part: they receive its commands or publish what it waits for. */
    partners: { module: string; where: Locality }[];
    where: Locality;
  }[];
  jobs: { type: string; module: string; handledBy: string; maxAttempts: number; where: Locality }[];
  routes: { method: string; path: string; module: string; handledBy: string; where: Locality }[];
}

/** Says of everything in the topology whether it stays inside this process. Lists are sorted by name. */
export function explainedTopology(
  topology: Topology,
  hosting: Hosting,
  { servers }: Pick<TransportSettings, 'servers'>,
): ExplainedTopology {
  const whole = (module: string, parts: readonly { where: Locality }[]): Locality =>
    combinedLocality(
      localityOf(hosting, module),
      parts.map(({ where }) => where),
    );
  return {
    modules: topology.modules.map((name) => ({ name, hosted: hosting.hosts(name) })),
    broker: servers,
    commands: sorted(topology.commands.map(routeOf)).map((command) => {
      const sentBy = sendersTo(topology, hosting, command.name);
      return { ...command, sentBy, where: whole(command.module, sentBy) };
    }),
    queries: sorted(topology.queries.map(routeOf)).map((query) => {
      const askedBy = callersOf(topology, query.name).map((module) => ({
        module,
        where: localityBetween(hosting, module, query.module),
      }));
      return { ...query, askedBy, where: whole(query.module, askedBy) };
    }),
    subscriptions: sorted(
      topology.subscriptions.map(
        ({ definition: { name, laneGroups, maxAttempts }, module, handledBy, contracts }) => {
          const reads = logsReadBy(topology, { contracts }).map((read) => ({
            ...read,
            where: localityBetween(hosting, read.log, module),
          }));
          return { name, module, handledBy, reads, laneGroups, maxAttempts, where: whole(module, reads) };
        },
      ),
    ),
    sagas: sorted(
      topology.sagas.map(({ definition, module, provided, events, commands }) => {
        const others = distinct([...events, ...commands].map((contract) => contract.module)).filter(
          (other) => other !== module,
        );
        const partners = others.map((other) => ({
          module: other,
          where: localityBetween(hosting, module, other),
        }));
        const steps = definition.steps.map(({ name }) => name);
        return {
          name: definition.name,
          module,
          ownedBy: provided.type.name,
          startsWith: events[0].name,
          steps,
          partners,
          where: whole(module, partners),
        };
      }),
    ),
    jobs: topology.jobs.map(({ definition: { type, maxAttempts }, module, provided }) => ({
      type,
      module,
      handledBy: provided.type.name,
      maxAttempts,
      where: localityOf(hosting, module),
    })),
    routes: topology.routes.map((route) => ({ ...route, where: localityOf(hosting, route.module) })),
  };
}

function sendersTo(topology: Topology, hosting: Hosting, command: string): Sender[] {
  const { contract } = topology.commands.find((answer) => answer.contract.name === command)!;
  const durable = sendersOf(topology, contract).map(({ definition, module }) => ({
    module,
    saga: definition.name,
  }));
  const waiting = callersOf(topology, command).map((module) => ({ module, saga: null }));
  return [...durable, ...waiting].map((sender) => ({
    ...sender,
    where: localityBetween(hosting, sender.module, contract.module),
  }));
}

const callersOf = ({ calls }: Topology, name: string): string[] =>
  calls.filter(({ contract }) => contract.name === name).map(({ module }) => module);

const routeOf = ({ contract: { name, version }, module, provided }: DeclaredRequestHandler) => ({
  name,
  version,
  module,
  handledBy: provided.type.name,
});

const sorted = <T extends { name: string }>(things: T[]): T[] =>
  things.sort((a, b) => a.name.localeCompare(b.name));
const distinct = (names: readonly string[]): string[] => [...new Set(names)];
