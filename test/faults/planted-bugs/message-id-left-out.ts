import type { PlantedBug } from './planted-bug';
import { replacePublishing } from './published';

export const messageIdLeftOut: PlantedBug = {
  name: 'message-id-left-out',
  sentence:
    'messages go to the broker without their ids, so the rest of a batch follows when a message of somebody else has taken the place of its first',
  plant: () => replacePublishing(({ expect, headers }) => ({ headers, expect: { lastSequence: expect?.lastSequence } })),
};
