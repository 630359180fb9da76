import { explainTopology } from '../../explain/explain-topology';
import { topologyOf } from '../../explain/topology';
import { JSON_OPTION, type OpsCommand } from '../command';

export const explain: OpsCommand = {
  name: 'explain',
  summary: 'every command, query, subscription, saga and job with its module; starts nothing',
  options: JSON_OPTION,
  run: async ({ flag }, { root, print }) => {
    const topology = await topologyOf(root);
    const lines = flag('json') ? [JSON.stringify(topology, undefined, 2)] : explainTopology(topology);
    for (const line of lines) print(line);
    return true;
  },
};
