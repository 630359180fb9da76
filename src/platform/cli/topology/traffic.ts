import { logsReadBy, type Topology } from '../../topology/topology';
import type { CallFigures } from './call-figures';
import type { TableSize } from './table-sizes';

/** The answers of databases and running processes. Null where none could be asked. */
export interface Observed {
  /** The figures begin here. */
  since: Date;
  /**
   * By module, how many messages of each type its log has taken; a module is missing when its database was
   * not asked.
   */
  logs: ReadonlyMap<string, ReadonlyMap<string, number>> | null;
  tables: ReadonlyMap<string, TableSize[]> | null;
  calls: readonly CallFigures[] | null;
  /** For people: what is not known, and why. */
  notKnown: readonly string[];
}

/** Messages of one type that go from one module's log to another module. */
export interface CrossingMessages {
  name: string;
  from: string;
  to: string;
  messages: number | null;
}

/** Everything that goes between a module and one other. */
export interface Partner {
  module: string;
  messages: number | null;
  calls: number | null;
}

/** What has gone between a module and the others; the network would carry it if the module left. */
export interface Traffic {
  /** ISO 8601. */
  since: string;
  /** The most frequent first. */
  messages: CrossingMessages[];
  calls: CallFigures[] | null;
  /** The chattiest first. */
  partners: Partner[];
  /**
   * Everything that crosses, for each time that a process began: an order, where the process is its
   * fulfilment.
   */
  perProcess: { saga: string; started: number | null; messages: number | null; calls: number | null }[];
  tables: TableSize[] | null;
  notKnown: readonly string[];
}

/** Of what was observed, the part that is about one module. */
export function trafficOf(topology: Topology, module: string, observed: Observed): Traffic {
  const messages = crossingMessages(topology, module)
    .map((crossing) => ({ ...crossing, messages: countOf(observed, crossing.from, crossing.name) }))
    .sort((one, other) => (other.messages ?? 0) - (one.messages ?? 0) || one.name.localeCompare(other.name));
  const calls =
    observed.calls?.filter((call) => (call.from === module) !== (ownerOf(call) === module)) ?? null;
  const others = [
    ...new Set([...messages.flatMap(({ from, to }) => [from, to]), ...partnersInCalls(topology, module)]),
  ];
  const perOne = (sum: number | null, started: number | null): number | null =>
    sum === null || !started ? null : sum / started;
  return {
    since: observed.since.toISOString(),
    messages,
    calls,
    partners: others
      .filter((other) => other !== module)
      .map((other) => ({
        module: other,
        messages: sumOf(
          messages
            .filter(({ from, to }) => from === other || to === other)
            .map((crossing) => crossing.messages),
        ),
        calls:
          calls &&
          sumOf(
            calls.filter((call) => call.from === other || ownerOf(call) === other).map((call) => call.calls),
          ),
      }))
      .sort((one, other) => loudness(other) - loudness(one)),
    perProcess: topology.sagas.map(({ definition: { name: saga }, events: [start] }) => {
      const started = countOf(observed, start.module, start.name);
      const sums = {
        messages: sumOf(messages.map((crossing) => crossing.messages)),
        calls: calls && sumOf(calls.map((call) => call.calls)),
      };
      return { saga, started, messages: perOne(sums.messages, started), calls: perOne(sums.calls, started) };
    }),
    tables: observed.tables?.get(module) ?? null,
    notKnown: observed.notKnown,
  };
}

/** A message is counted once for each module that takes it, however many subscriptions want it there. */
function crossingMessages(topology: Topology, module: string): Omit<CrossingMessages, 'messages'>[] {
  const crossing = topology.subscriptions.flatMap((subscription) =>
    logsReadBy(topology, subscription).flatMap(({ log: from, messages }) =>
      messages.map((name) => ({ name, from, to: subscription.module })),
    ),
  );
  const own = crossing.filter(({ from, to }) => (from === module) !== (to === module));
  return [...new Map(own.map((one) => [[one.name, one.from, one.to].join(' '), one])).values()];
}

const partnersInCalls = ({ calls }: Topology, module: string): string[] =>
  calls.flatMap(({ module: from, contract }) =>
    (from === module) !== (contract.module === module) ? [from, contract.module] : [],
  );

const ownerOf = ({ contract }: CallFigures): string => contract.split('.')[0];

function countOf({ logs }: Observed, log: string, name: string): number | null {
  const counts = logs?.get(log);
  return counts ? (counts.get(name) ?? 0) : null;
}

const sumOf = (figures: readonly (number | null)[]): number | null =>
  figures.reduce((sum, figure) => (sum === null || figure === null ? null : sum + figure), 0);

const loudness = ({ messages, calls }: Partner): number => (messages ?? 0) + (calls ?? 0);
