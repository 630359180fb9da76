import type { PlantedBug } from './planted-bug';
import { replacePublishing } from './published';

/** What every message comes after. */
const BEFORE_EVERYTHING = '0.0.0';

export const messageIdLeftOut: PlantedBug = {
  name: 'message-id-left-out',
  sentence:
    'messages go to the broker without their ids, and do not name the one before them, so readers take the rest of a batch when a message of somebody else has taken the place of its first',
  plant: () =>
    replacePublishing(({ expect, headers }) => {
      if (headers?.has('ce-id')) headers.set('ce-after', BEFORE_EVERYTHING);
      return { headers, expect };
    }),
};
