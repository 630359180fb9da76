import type { NatsConnection } from '@nats-io/transport-node';

/** The connection to the broker broke. Requests sent over it get no answer, and their outcome is unknown. */
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
  for await (const { type } of connection.status())
    if (type === 'disconnect') for (const lost of [...listeners]) lost();
}
