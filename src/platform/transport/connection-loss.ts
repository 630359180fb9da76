import type { NatsConnection } from '@nats-io/transport-node';

/** The connection to the broker broke: no answer comes any more to what was sent over it, and nobody knows what has become of that. */
export class ConnectionLost extends Error {
  constructor() {
    super('the connection to the broker was lost');
    this.name = 'ConnectionLost';
  }
}

const waiting = new WeakMap<NatsConnection, Set<() => void>>();

/** Calls back each time that the connection breaks, until the function that it answers is called. */
export function onConnectionLost(connection: NatsConnection, lost: () => void): () => void {
  let listeners = waiting.get(connection);
  if (!listeners) {
    listeners = new Set();
    waiting.set(connection, listeners);
    void watch(connection, listeners);
  }
  listeners.add(lost);
  return () => listeners.delete(lost);
}

async function watch(connection: NatsConnection, listeners: ReadonlySet<() => void>): Promise<void> {
  for await (const { type } of connection.status()) if (type === 'disconnect') for (const lost of [...listeners]) lost();
}
