import type { PlantedBug } from './planted-bug';
import { intercept, NOTHING_DONE } from './planting';

export const lostIdempotencyRecord: PlantedBug = {
  name: 'lost-idempotency-record',
  sentence: 'the answer to a request is not remembered, so a repeated request is worked on again',
  plant: () => intercept(/^\s*insert into idempotency_keys\b/i, async () => NOTHING_DONE),
};
