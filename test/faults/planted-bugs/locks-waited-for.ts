import * as lockWait from '../../../src/platform/database/limit-lock-wait';
import * as failure from '../../../src/platform/subscriptions/failure';
import type { PlantedBug } from './planted-bug';
import { replaceExport } from './planting';

export const locksWaitedFor: PlantedBug = {
  name: 'locks-waited-for',
  sentence:
    'a message that waits for a locked row makes everything behind it wait too, until the lock is gone',
  plant: () => {
    replaceExport(failure, 'isContention', () => () => false);
    replaceExport(lockWait, 'limitLockWait', () => async () => undefined);
  },
};
