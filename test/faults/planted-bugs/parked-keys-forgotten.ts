import type { EntityManager } from 'typeorm';
import type { Envelope } from '../../../src/platform/messages/envelope';
import { type HeldFailure, HeldMessages } from '../../../src/platform/subscriptions/held-messages';
import { SubscriptionWorker } from '../../../src/platform/subscriptions/subscription-worker';
import type { PlantedBug } from './planted-bug';
import { replaceMethod, unplantable } from './planting';

type Hold = (manager: EntityManager, envelope: Envelope, failure?: HeldFailure) => Promise<void>;
type HandleTogether = (...given: unknown[]) => Promise<void>;

export const parkedKeysForgotten: PlantedBug = {
  name: 'parked-keys-forgotten',
  sentence: 'a process holds back the keys that it has set aside itself, and not those of the process that it takes over from',
  plant: () => {
    const own = new Set<string>();
    replaceMethod<Hold>(
      HeldMessages,
      'hold',
      (original) =>
        async function (this: HeldMessages, manager, envelope, failure) {
          await original.call(this, manager, envelope, failure);
          own.add(envelope.subject);
        },
    );
    replaceMethod<HandleTogether>(
      SubscriptionWorker,
      'handleTogether',
      (original) =>
        function (this: SubscriptionWorker, ...given) {
          const worker = this as unknown as { heldSubjects?: Set<string> };
          const { heldSubjects } = worker;
          if (!heldSubjects) unplantable('a worker no longer keeps the keys that it holds back in `heldSubjects`');
          // Looked at before the first wait. What is retried goes by all of them.
          worker.heldSubjects = new Set([...heldSubjects].filter((subject) => own.has(subject)));
          const handling = original.apply(this, given);
          worker.heldSubjects = heldSubjects;
          return handling;
        },
    );
  },
};
