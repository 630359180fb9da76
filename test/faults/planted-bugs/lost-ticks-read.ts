import { setTimeout as sleep } from 'node:timers/promises';
import { LogReader } from '../../../src/platform/log/log-reader';
import type { PlantedBug } from './planted-bug';
import { replaceMethod } from './planting';

/** So that subscriptions come before it. */
const FIRST_TICK_MS = 2_000;

/** A reader from within. */
interface Inside {
  tickedAt: number;
  readonly server: { readonly since: number };
}

const hasRecovered = ({ server, tickedAt }: Inside): boolean => server.since > tickedAt;

export const lostTicksRead: PlantedBug = {
  name: 'lost-ticks-read',
  sentence:
    'until its first tick after a recovery, a reader reads windows up to the last tick that it knew, which may be gone',
  plant: () => {
    replaceMethod<() => Promise<boolean>>(
      LogReader,
      'advance',
      (original) =>
        async function (this: Inside) {
          if (hasRecovered(this)) await sleep(FIRST_TICK_MS);
          return original.call(this);
        },
    );
    replaceMethod<(after: unknown) => boolean>(
      LogReader,
      'isRecent',
      (original) =>
        function (this: Inside, after) {
          return !hasRecovered(this) && original.call(this, after);
        },
    );
    replaceMethod<(from: unknown, last: bigint) => Promise<unknown>>(
      LogReader,
      'readChunk',
      (original) =>
        function (this: Inside, from, last) {
          const { tickedAt } = this;
          this.tickedAt = Number.POSITIVE_INFINITY;
          try {
            return original.call(this, from, last);
          } finally {
            this.tickedAt = tickedAt;
          }
        },
    );
  },
};
