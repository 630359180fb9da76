import type { Settings } from '../config/settings';
import { ModuleKeys } from './module-keys';

/**
 * What this process signs and checks with: the keys of the settings, or those that are derived from the secret which the processes share,
 * as their logins to the broker are. Undefined without either: a broker without logins takes everything from everybody.
 */
export function configuredKeys({ transport, database }: Pick<Settings, 'transport' | 'database'>): ModuleKeys | undefined {
  if (transport.keys) return ModuleKeys.of(transport.keys);
  return transport.user !== undefined && database.roleSecret !== undefined ? ModuleKeys.derivedFrom(database.roleSecret) : undefined;
}
