import { topologyOf } from '../../../topology/topology';
import { JSON_OPTION, WrongUse } from '../../command';
import { addressesIn, METRICS_HINT } from '../ask-processes';
import { observe } from '../observe';
import { readinessOf } from '../readiness';
import { readinessPage } from '../readiness-page';
import type { TopologyCommand } from '../topology-command';
import { trafficOf } from '../traffic';

export const readiness: TopologyCommand = {
  name: 'readiness',
  summary:
    'what would cross the network if a module left for its own process, of one module or of each; starts no application',
  parameters: [{ name: 'module', optional: true }],
  options: {
    ...JSON_OPTION,
    declared: { summary: 'only what the code says; asks no database and no process' },
    metrics: {
      value: 'URL[,URL]',
      summary:
        "the operator's APIs of the running processes to ask for their calls; by default the one at OPS_PORT",
    },
  },
  run: async ({ parameters: [wanted], flag, value }, { root, published, env, print, note }) => {
    const topology = topologyOf(root);
    const modules = topology.modules.filter((module) => wanted === undefined || module === wanted);
    if (modules.length === 0)
      throw new WrongUse(`There is no module "${wanted}". The modules are ${topology.modules.join(', ')}.`);
    const metrics = value('metrics');
    const processes = metrics === undefined ? undefined : addressesIn(metrics);
    if (metrics !== undefined && !processes) throw new WrongUse(METRICS_HINT);
    const declared = modules.map((module) => readinessOf(topology, module, new Set(published)));
    const observed = flag('declared') ? undefined : await observe({ root, env, processes, note });
    const facts = declared.map((fact) =>
      observed ? { ...fact, traffic: trafficOf(topology, fact.module, observed) } : fact,
    );
    for (const line of flag('json') ? [JSON.stringify(facts, undefined, 2)] : facts.flatMap(readinessPage))
      print(line);
    return true;
  },
};
