import { topologyOf } from '../../topology/topology';
import { sagaDiagram } from '../../sagas/saga-diagram';
import { type OpsCommand, WrongUse } from '../command';

export const sagaDiagramCommand: OpsCommand = {
  name: 'saga-diagram',
  summary: 'a process as a Mermaid state diagram; starts nothing',
  parameters: [{ name: 'saga' }],
  run: async ({ parameters: [name] }, { root, print }) => {
    const { sagas } = topologyOf(root);
    const saga = sagas.find(({ definition }) => definition.name === name);
    if (!saga)
      throw new WrongUse(
        `There is no saga "${name}". The sagas are ${sagas.map(({ definition }) => definition.name).join(', ')}.`,
      );
    print(sagaDiagram(saga.definition));
    return true;
  },
};
