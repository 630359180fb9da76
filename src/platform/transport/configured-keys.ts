import { SettingsError } from '../config/env-reader';
import type { Settings } from '../config/settings';
import { ModuleKeys, verifyingKeyOf } from './module-keys';

/**
 * What this process signs and checks with: the keys of the settings, or those that are derived from the
 * secret which the processes share, as their logins to the broker are. Undefined without either: a broker
 * without logins accepts messages from any client.
 */
export function configuredKeys({
  transport,
  database,
}: Pick<Settings, 'transport' | 'database'>): ModuleKeys | undefined {
  if (transport.keys) return ModuleKeys.of(transport.keys);
  return transport.user !== undefined && database.roleSecret !== undefined
    ? ModuleKeys.derivedFrom(database.roleSecret)
    : undefined;
}

/**
 * Throws `SettingsError` unless there is a matching pair of keys for each module that is hosted here, where
 * keys are set. Says so where a login has neither keys nor a secret to derive them from: then this process
 * signs nothing, and those that check take nothing from it.
 */
export function requireKeys(
  { transport: { keys, user }, database: { roleSecret } }: Pick<Settings, 'transport' | 'database'>,
  hosted: readonly string[],
  log: (line: string) => void,
): void {
  if (keys) {
    const lacking = hosted.filter((module) => {
      const signing = keys.signing.get(module);
      return !signing || !keys.verifying.get(module)?.equals(verifyingKeyOf(signing));
    });
    if (lacking.length === 0) return;
    throw new SettingsError([
      `NATS_SIGNING_KEYS and NATS_VERIFYING_KEYS must hold a matching pair of keys for each module that is hosted here, and do not for ${lacking.join(', ')}: ` +
        'set them as npm run nats:config -- --keys prints them.',
    ]);
  }
  if (user !== undefined && roleSecret === undefined)
    log(
      'NATS_URL has a login, but there is neither DATABASE_ROLE_SECRET nor NATS_SIGNING_KEYS: nothing is signed or checked here, and processes that check take nothing from this one.',
    );
}
