import { replaceHandlers } from './consumers';
import type { PlantedBug } from './planted-bug';

export const swallowedError: PlantedBug = {
  name: 'swallowed-error',
  sentence: 'what a handler throws is logged and forgotten, so the message counts as handled',
  plant: () =>
    replaceHandlers(
      ({ definition }, handle) =>
        (message, envelope) =>
          handle(message, envelope).catch((error: Error) =>
            console.error(`${definition.name}: ${error.message}`),
          ),
    ),
};
