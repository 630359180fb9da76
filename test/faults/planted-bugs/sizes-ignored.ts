import * as readWindow from '../../../src/platform/log/read-window';
import * as messageSize from '../../../src/platform/messages/message-size';
import { StreamCursor } from '../../../src/platform/transport/stream-cursor';
import type { PlantedBug } from './planted-bug';
import { replaceExport, replaceMethod } from './planting';

/** More than any backlog. */
const ANY_BYTES = 1_000_000_000;
type Next = (limit: number, bytes?: number) => AsyncGenerator<object>;

export const sizesIgnored: PlantedBug = {
  name: 'sizes-ignored',
  sentence:
    'pages, pulls, batches and caches are limited in messages and not in bytes, so large ones take more memory than there is',
  plant: () => {
    replaceExport(messageSize, 'sizeOf', () => () => 0);
    replaceExport(messageSize, 'sizeOfAll', () => () => 0);
    replaceExport(
      readWindow,
      'readWindowsWithin',
      (original) =>
        (owner, source, after, throughTick, { messages }) =>
          original(owner, source, after, throughTick, { messages, bytes: ANY_BYTES }),
    );
    replaceExport(
      readWindow,
      'tickAndRead',
      (original) =>
        (owner, source, after, { messages }) =>
          original(owner, source, after, { messages, bytes: ANY_BYTES }),
    );
    replaceMethod<Next>(
      StreamCursor,
      'next',
      (original) =>
        function (this: StreamCursor, limit) {
          return original.call(this, limit, ANY_BYTES);
        },
    );
  },
};
