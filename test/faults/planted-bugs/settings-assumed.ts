import * as sessionSettings from '../../../src/platform/database/session-settings';
import type { PlantedBug } from './planted-bug';
import { replaceExport } from './planting';

export const settingsAssumed: PlantedBug = {
  name: 'settings-assumed',
  sentence:
    "sessions take what the server's configuration gives them, so commits are answered that are not on the disk",
  plant: () => replaceExport(sessionSettings, 'requireSettings', () => async () => undefined),
};
