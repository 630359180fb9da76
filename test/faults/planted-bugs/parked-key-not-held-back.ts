import type { Envelope } from '../../../src/platform/messages/envelope';
import {
  type DeferredFailure,
  DeferredMessages,
} from '../../../src/platform/subscriptions/deferred-messages';
import { readMessage } from '../../../src/platform/messages/read-message';
import type { EntityManager } from 'typeorm';
import { replaceHandlers } from './consumers';
import type { PlantedBug } from './planted-bug';
import { replaceMethod, unplantable } from './planting';

type Hold = (manager: EntityManager, envelope: Envelope, failure?: DeferredFailure) => Promise<void>;

export const parkedKeyNotHeldBack: PlantedBug = {
  name: 'parked-key-not-held-back',
  sentence: 'messages of a key are handled although an earlier one is set aside, so they overtake it',
  plant: () => {
    const handlers = new Map<string, (envelope: Envelope) => Promise<void>>();
    replaceHandlers((consumer, handle) => {
      handlers.set(consumer.definition.name, (envelope) =>
        handle(readMessage(envelope, consumer.contracts.get(envelope.type)!), envelope),
      );
      return handle;
    });
    replaceMethod<Hold>(
      DeferredMessages,
      'defer',
      (original) =>
        function (this: DeferredMessages, manager, envelope, failure) {
          if (failure) return original.call(this, manager, envelope, failure);
          const handle = handlers.get((this as unknown as { subscription: string }).subscription);
          if (!handle) unplantable('it cannot be told which subscription holds a message back');
          return handle(envelope);
        },
    );
  },
};
