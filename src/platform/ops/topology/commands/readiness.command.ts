import { topologyOf } from '../../../hosting/topology';
import { JSON_OPTION, WrongUse } from '../../cli/command';
import { withDatabases } from '../../cli/operations';
import { readinessOf } from '../readiness';
import { readinessPage } from '../readiness-page';
import { tableSizes } from '../table-sizes';
import type { TopologyCommand } from '../topology-command';

export const readiness: TopologyCommand = {
  name: 'readiness',
  summary: 'what would cross the network if a module left for its own process, of one module or of each; starts nothing',
  parameters: [{ name: 'module', optional: true }],
  options: { ...JSON_OPTION, tables: { summary: "ask the modules' databases for their tables, too" } },
  run: async ({ parameters: [wanted], flag }, { root, env, print, note }) => {
    const topology = topologyOf(root);
    const modules = topology.modules.filter((module) => wanted === undefined || module === wanted);
    if (modules.length === 0) throw new WrongUse(`There is no module "${wanted}". The modules are ${topology.modules.join(', ')}.`);
    let facts = modules.map((module) => readinessOf(topology, module));
    if (flag('tables')) {
      facts = await withDatabases({ modules: topology.modules, env: { ...env, MODULES: modules.join(',') }, note }, (databases) =>
        Promise.all(facts.map(async (fact) => ({ ...fact, tables: await tableSizes(databases.of(fact.module)) }))),
      );
    }
    for (const line of flag('json') ? [JSON.stringify(facts, undefined, 2)] : facts.flatMap(readinessPage)) print(line);
    return true;
  },
};
