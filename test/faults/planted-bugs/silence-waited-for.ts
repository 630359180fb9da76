import * as answerLimits from '../../../src/platform/http/forwarding/answer-limits';
import type { PlantedBug } from './planted-bug';
import { replaceExport } from './planting';

export const silenceWaitedFor: PlantedBug = {
  name: 'silence-waited-for',
  sentence:
    'a request that was sent on has no limit, so one that went to a process which has stopped is never answered',
  plant: () => replaceExport(answerLimits, 'limitAnswer', () => () => undefined),
};
