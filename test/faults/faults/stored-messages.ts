import type { NatsServer } from '../../support/nats-server';

/** How many messages a node of the broker keeps in its streams. */
export async function storedMessages({ monitorUrl }: NatsServer): Promise<number> {
  const answer = await fetch(`${monitorUrl}/jsz`);
  const { messages } = (await answer.json()) as { messages: number };
  return messages;
}
