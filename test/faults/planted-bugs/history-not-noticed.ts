import { ServerHistory } from '../../../src/platform/database/server-history';
import type { PlantedBug } from './planted-bug';
import { replaceGetter, replaceMethod } from './planting';

export const historyNotNoticed: PlantedBug = {
  name: 'history-not-noticed',
  sentence: 'a process goes on with what it remembers of its logs, whatever has become of their server',
  plant: () => {
    replaceMethod<() => Promise<void>>(ServerHistory, 'admit', () => async () => undefined);
    replaceMethod<() => void>(ServerHistory, 'note', () => () => undefined);
    replaceGetter(ServerHistory, 'since', () => () => Number.NEGATIVE_INFINITY);
  },
};
