import { LogRelay } from '../../../src/platform/transport/log-relay';
import type { PlantedBug } from './planted-bug';
import { replaceMethod } from './planting';
import { replacePublishing } from './published';

type FindPlace = (stream: unknown, term: unknown) => Promise<object>;
type Publish = (records: unknown, place: unknown) => Promise<object>;

export const relayWithoutFence: PlantedBug = {
  name: 'relay-without-fence',
  sentence:
    'a relay does not say what its messages follow and goes on from where it believes to be, whatever has become of the stream',
  plant: () => {
    const believed = new WeakMap<LogRelay, object>();
    replacePublishing(({ expect: _, ...options }) => options);
    replaceMethod<() => void>(LogRelay, 'verify', () => () => undefined);
    replaceMethod<FindPlace>(
      LogRelay,
      'placeIn',
      (original) =>
        async function (this: LogRelay, stream, term) {
          return believed.get(this) ?? original.call(this, stream, term);
        },
    );
    replaceMethod<Publish>(
      LogRelay,
      'publish',
      (original) =>
        async function (this: LogRelay, records, place) {
          const reached = await original.call(this, records, place);
          believed.set(this, reached);
          return reached;
        },
    );
  },
};
