import { readSettings } from '../../../config/settings';
import { topologyOf } from '../../../topology/topology';
import { hostingFor } from '../../../hosting/bounded-contexts';
import { catalogueOf } from '../../../catalogue/catalogue-of';
import { JSON_OPTION } from '../../command';
import { explainedName, explanationOf } from '../explained-name';
import { explainedTopology } from '../explained-topology';
import type { TopologyCommand } from '../topology-command';
import { topologyTables } from '../topology-tables';

export const explain: TopologyCommand = {
  name: 'explain',
  summary:
    'every command, query, subscription, saga, job and route, and whether it stays in the process that MODULES makes; with a name, all about one of them, an event or a module; starts nothing',
  parameters: [{ name: 'name', optional: true }],
  options: JSON_OPTION,
  run: async ({ parameters: [name], flag }, { root, env, print }) => {
    if (name !== undefined) {
      const found = explainedName(catalogueOf(root), name);
      const said = flag('json') ? [JSON.stringify(found, undefined, 2)] : explanationOf(found);
      for (const line of said) print(line);
      return true;
    }
    const settings = readSettings(env);
    const explained = explainedTopology(topologyOf(root), hostingFor(root, settings), settings.transport);
    const lines = flag('json') ? [JSON.stringify(explained, undefined, 2)] : topologyTables(explained);
    for (const line of lines) print(line);
    return true;
  },
};
