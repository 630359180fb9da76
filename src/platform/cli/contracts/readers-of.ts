import type { Topology } from '../../topology/topology';

/** Who would be hit by a break of a contract, in words for a reviewer. */
export function readersOf(topology: Topology, contract: string): string[] {
  const has = (contracts: readonly { name: string }[]): boolean =>
    contracts.some(({ name }) => name === contract);
  return [
    ...topology.subscriptions
      .filter(({ contracts }) => has(contracts))
      .map(({ definition, module }) => `the subscription ${definition.name} of ${module}`),
    ...topology.sagas
      .filter(({ events, commands }) => has([...events, ...commands]))
      .map(({ definition, module }) => `the saga ${definition.name} of ${module}`),
    ...topology.calls
      .filter((call) => call.contract.name === contract)
      .map(({ module }) => `calls of ${module}`),
    ...[...topology.commands, ...topology.queries]
      .filter((handler) => handler.contract.name === contract)
      .map(({ module }) => `the handler of ${module}`),
  ];
}
