import { readSettings } from '../../../config/settings';
import { topologyOf } from '../../../topology/topology';
import { hostingFor } from '../../../hosting/bounded-contexts';
import { JSON_OPTION } from '../../command';
import { explainedTopology } from '../explained-topology';
import type { TopologyCommand } from '../topology-command';
import { topologyTables } from '../topology-tables';

export const explain: TopologyCommand = {
  name: 'explain',
  summary:
    'every command, query, subscription, saga, job and route, and whether it stays in the process that MODULES makes; starts nothing',
  options: JSON_OPTION,
  run: async ({ flag }, { root, env, print }) => {
    const settings = readSettings(env);
    const explained = explainedTopology(topologyOf(root), hostingFor(root, settings), settings.transport);
    const lines = flag('json') ? [JSON.stringify(explained, undefined, 2)] : topologyTables(explained);
    for (const line of lines) print(line);
    return true;
  },
};
