import type { Envelope } from '../../../src/platform/messages/envelope';
import type { Consumer } from '../../../src/platform/subscriptions/consumer';
import { ConsumerRegistry } from '../../../src/platform/topology/consumer-registry';
import { replaceMethod } from './planting';

type Handle = (message: object, envelope: Envelope) => Promise<void>;

/** Replaces what every subscription of the application does with a message. */
export function replaceHandlers(by: (consumer: Consumer, handle: Handle) => Handle): void {
  replaceMethod<(module: string) => Consumer[]>(
    ConsumerRegistry,
    'of',
    (original) =>
      function (this: ConsumerRegistry, module: string) {
        return original.call(this, module).map((consumer) =>
          // What was read ahead for a batch is left out: it belongs to the transaction that a bug may leave.
          Object.assign({}, consumer, {
            prefetch: undefined,
            handle: by(consumer, (message, envelope) => consumer.handle(message, envelope)),
          }),
        );
      },
  );
}
