import { LogReader } from '../../../src/platform/log/log-reader';
import type { LogPosition } from '../../../src/platform/messages/envelope';
import { LogRelay } from '../../../src/platform/transport/log-relay';
import { RemoteLogReader } from '../../../src/platform/transport/remote-log-reader';
import type { PlantedBug } from './planted-bug';
import { replaceMethod } from './planting';

export const foreignStreamContinued: PlantedBug = {
  name: 'foreign-stream-continued',
  sentence:
    "the end of a stream counts as the relay's own place, also where the log ends before it, and what lies beyond the end as not there yet",
  plant: () => {
    replaceMethod<() => Promise<undefined>>(LogRelay, 'foreignReason', () => async () => undefined);
    replaceMethod<() => Promise<boolean>>(LogRelay, 'isStillOf', () => async () => true);
    replaceMethod<(after: LogPosition) => Promise<object>>(LogReader, 'readBeyond', () => async (after) => ({
      messages: [],
      end: after,
    }));
    replaceMethod<() => Promise<undefined>>(RemoteLogReader, 'ask', () => async () => undefined);
  },
};
