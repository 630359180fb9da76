import type { EntityManager } from 'typeorm';
import type { Envelope } from '../../../src/platform/messages/envelope';
import {
  type DeferredFailure,
  DeferredMessages,
} from '../../../src/platform/subscriptions/deferred-messages';
import { Batches } from '../../../src/platform/subscriptions/batches';
import type { PlantedBug } from './planted-bug';
import { replaceMethod, unplantable } from './planting';

type Hold = (manager: EntityManager, envelope: Envelope, failure?: DeferredFailure) => Promise<void>;
type Handle = (...given: unknown[]) => Promise<void>;

export const parkedKeysForgotten: PlantedBug = {
  name: 'parked-keys-forgotten',
  sentence:
    'a process holds back the keys that it has set aside itself, and not those of the process that it takes over from',
  plant: () => {
    const own = new Set<string>();
    replaceMethod<Hold>(
      DeferredMessages,
      'defer',
      (original) =>
        async function (this: DeferredMessages, manager, envelope, failure) {
          await original.call(this, manager, envelope, failure);
          own.add(envelope.subject);
        },
    );
    replaceMethod<Handle>(
      Batches,
      'handle',
      (original) =>
        function (this: Batches, ...given) {
          const { retries } = this as unknown as { retries?: { keys?: Set<string> } };
          if (!retries?.keys)
            unplantable('a retry queue no longer keeps the keys that are set aside in `keys`');
          const { keys } = retries;
          // Looked at before the first wait. What is retried goes by all of them.
          retries.keys = new Set([...keys].filter((key) => own.has(key)));
          const handling = original.apply(this, given);
          retries.keys = keys;
          return handling;
        },
    );
  },
};
