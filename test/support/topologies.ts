import { moduleNames } from './modules';

/**
 * A PostgreSQL server of the acceptance suite. The transaction counter of `late` is far ahead of that of
 * `early`, so that nothing that counts in the one can be taken for something of the other.
 */
export type ClusterName = 'early' | 'late';

/** One database, and the modules whose data it holds. */
export interface DatabasePlan {
  readonly cluster: ClusterName;
  readonly modules: readonly string[];
}

/**
 * How the application is put together: which process runs which modules, and where the data of each module
 * are.
 */
export interface Topology {
  readonly name: string;
  /** The modules of each process. The first one is the one whose address clients use. */
  readonly processes: readonly (readonly string[])[];
  readonly databases: readonly DatabasePlan[];
  /** Servers of the NATS cluster; none where every process hosts everything. */
  readonly brokers: 0 | 1 | 3;
}

const allBut = (...modules: string[]): string[] => moduleNames.filter((module) => !modules.includes(module));

export const topologies: readonly Topology[] = [
  {
    name: 'one-process',
    processes: [moduleNames],
    databases: [{ cluster: 'early', modules: moduleNames }],
    brokers: 0,
  },
  {
    name: 'two-processes',
    processes: [moduleNames, moduleNames],
    databases: [{ cluster: 'early', modules: moduleNames }],
    brokers: 0,
  },
  {
    name: 'shipping-apart',
    processes: [allBut('shipping'), ['shipping']],
    databases: [
      { cluster: 'early', modules: allBut('shipping') },
      { cluster: 'late', modules: ['shipping'] },
    ],
    brokers: 1,
  },
  {
    name: 'orders-and-payments-apart',
    processes: [allBut('orders', 'payments'), ['orders', 'payments']],
    databases: [
      { cluster: 'late', modules: allBut('orders', 'payments') },
      { cluster: 'early', modules: ['orders'] },
      { cluster: 'early', modules: ['payments'] },
    ],
    brokers: 1,
  },
  {
    name: 'all-apart',
    processes: moduleNames.map((module) => [module]),
    databases: moduleNames.map((module, index) => ({
      cluster: index % 2 === 0 ? 'early' : 'late',
      modules: [module],
    })),
    brokers: 3,
  },
];

/** The topology with a name; throws when there is none. */
export function topologyNamed(name: string): Topology {
  const found = topologies.find((topology) => topology.name === name);
  if (found) return found;
  throw new Error(
    `There is no topology "${name}". The topologies are ${topologies.map((topology) => topology.name).join(', ')}.`,
  );
}

/**
 * The one that the running test file is played in: what its Jest project says (`jest.config.js`), else one
 * process.
 */
export const topologyOfThisRun = (): Topology =>
  topologyNamed((globalThis as { TOPOLOGY?: string }).TOPOLOGY ?? 'one-process');
