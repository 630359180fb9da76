import type { JetStreamPublishOptions, PubAck } from '@nats-io/jetstream';
import { JetStreamClientImpl } from '@nats-io/jetstream/internal';
import type { Payload } from '@nats-io/transport-node';
import { replaceMethod } from './planting';

type Options = Partial<JetStreamPublishOptions>;
type Publish = (subject: string, data?: Payload, options?: Options) => Promise<PubAck>;

/** Changes what is said to the broker with each message that goes to a stream. */
export function replacePublishing(by: (options: Options) => Options): void {
  replaceMethod<Publish>(
    JetStreamClientImpl,
    'publish',
    (original) =>
      function (this: JetStreamClientImpl, subject, data, options = {}) {
        return original.call(this, subject, data, by(options));
      },
  );
}
