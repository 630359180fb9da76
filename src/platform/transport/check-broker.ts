import { jetstreamManager } from '@nats-io/jetstream';
import { MAX_MESSAGE_BYTES, WIRE_BYTES } from '../messages/message-size';
import type { NatsConnection } from '@nats-io/transport-node';

/** Older servers lose or double messages in ways that were mended since. */
const OLDEST = [2, 10, 23];
const MONITOR_TIMEOUT_MS = 5_000;

/**
 * Refuses a broker without JetStream, or one that does not take every message that may be published, and
 * warns of what endangers messages there.
 */
export async function checkBroker(
  connection: NatsConnection,
  monitorUrl: string | undefined,
  warn: (line: string) => void,
): Promise<void> {
  await jetstreamManager(connection).catch((error: Error) => {
    throw new Error(
      `The broker at ${connection.getServer()} cannot keep messages: ${error.message}. Start nats-server with JetStream (-js, or "jetstream {}" in its configuration) and let this login use it.`,
      { cause: error },
    );
  });
  const most = connection.info?.max_payload ?? 0;
  if (most < MAX_MESSAGE_BYTES + WIRE_BYTES) {
    throw new Error(
      `The broker at ${connection.getServer()} takes messages of at most ${most} bytes, and modules may publish messages of up to ${MAX_MESSAGE_BYTES}, to which the wire adds up to ` +
        `${WIRE_BYTES}. Write "max_payload: 1MB" or more into its configuration.`,
    );
  }
  const version = connection.info?.version ?? '0';
  if (isOlder(version)) {
    warn(
      `The broker is nats-server ${version}; versions before ${OLDEST.join('.')} can lose or double messages. Install a newer one.`,
    );
  }
  if (monitorUrl === undefined) return;
  try {
    if (!(await syncsAlways(monitorUrl))) {
      warn(
        'The broker acknowledges messages before they are on its disk: a power failure there can lose them. Write "sync_interval: always" into the "jetstream" part of its configuration.',
      );
    }
  } catch (error) {
    warn(
      `Whether the broker writes messages to its disk before it acknowledges them is unknown: ${(error as Error).message}`,
    );
  }
}

/** How many servers keep a copy of each message: three where a cluster has as many. */
export const replicasOn = (connection: NatsConnection): number =>
  connection.info?.cluster !== undefined && (connection.info.connect_urls?.length ?? 0) >= 3 ? 3 : 1;

export function isOlder(version: string): boolean {
  const parts = version.split(/[.-]/).map(Number);
  const different = OLDEST.findIndex((part, index) => part !== parts[index]);
  return different >= 0 && !(parts[different] > OLDEST[different]);
}

/** Only the monitoring port reveals how a server syncs. */
async function syncsAlways(monitorUrl: string): Promise<boolean> {
  const answer = await fetch(new URL('/jsz?config=1', monitorUrl), {
    signal: AbortSignal.timeout(MONITOR_TIMEOUT_MS),
  });
  const { config } = (await answer.json()) as { config?: { sync_always?: boolean } };
  return config?.sync_always === true;
}
