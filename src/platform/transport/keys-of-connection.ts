import { Logger } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import type { WireMessage } from './log-record';
import type { ModuleKeys } from './module-keys';
import { RecordVerifier } from './record-signatures';

interface Registered {
  readonly keys: ModuleKeys;
  readonly records: RecordVerifier;
  /** The modules in whose streams something unsigned was seen. */
  readonly told: Set<string>;
}

const registered = new WeakMap<NatsConnection, Registered>();
const logger = new Logger('Signatures');

/**
 * What goes out over the connection is signed from now on, and what comes in is checked. Without keys,
 * neither is.
 */
export function useKeys(connection: NatsConnection, keys: ModuleKeys | undefined): void {
  if (keys) registered.set(connection, { keys, records: new RecordVerifier(keys), told: new Set() });
}

export const keysOf = (connection: NatsConnection): ModuleKeys | undefined =>
  registered.get(connection)?.keys;

/** Whether a record of a module's stream is its relay's own. Always true without keys. */
export function isGenuine(connection: NatsConnection, module: string, record: WireMessage): boolean {
  const known = registered.get(connection);
  if (!known || known.records.accepts(module, record)) return true;
  if (!known.told.has(module)) {
    known.told.add(module);
    logger.warn(
      `The stream of ${module} holds messages that its relay has not signed, or with another key; they are passed over. ` +
        `They are old ones from before messages were signed, or another sender's. If nothing of ${module} comes, give its processes the same keys.`,
    );
  }
  return false;
}
