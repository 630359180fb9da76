import type { Envelope } from '../messages/envelope';
import { withMessageContext } from '../messages/message-context';
import { readMessage } from '../messages/read-message';
import type { Consumer } from './consumer';
import { TimeLimit } from './time-limit';

/** The message in an envelope, in the version that the consumer knows. */
function unpack(consumer: Consumer, envelope: Envelope): object {
  const contract = consumer.contracts.get(envelope.type);
  if (!contract)
    throw new Error(`${consumer.definition.name} was handed ${envelope.type}, which it does not want.`);
  return readMessage(envelope, contract);
}

/**
 * Hands messages to a consumer, one after the other, inside the running unit of work: each with its origin,
 * within its time.
 */
export async function deliver(consumer: Consumer, envelopes: readonly Envelope[]): Promise<void> {
  const messages = envelopes.map((envelope) => unpack(consumer, envelope));
  if (messages.length === 0) return;
  await consumer.prefetch?.(messages);
  const limit = new TimeLimit(consumer.definition.name, consumer.definition.timeoutMs);
  try {
    for (const [index, envelope] of envelopes.entries()) {
      const context = {
        correlationId: envelope.correlationId,
        causationId: envelope.id,
        traceparent: envelope.traceparent,
      };
      await withMessageContext(context, () => limit.within(consumer.handle(messages[index], envelope)));
    }
  } finally {
    limit.end();
  }
}
