import { type Environment } from '../../src/platform/config/env-reader';
import type { ModuleSettings } from '../../src/platform/config/module-settings';
import { readSettings } from '../../src/platform/config/settings';

/**
 * The settings of one module, as they are read from an environment. Throws a `SettingsError` where something
 * is wrong in it.
 */
export const settingsOf = <T extends object>(type: ModuleSettings<T>, environment: Environment = {}): T =>
  readSettings(environment, [{ name: 'module', settings: type }]).modules.get(type) as T;
