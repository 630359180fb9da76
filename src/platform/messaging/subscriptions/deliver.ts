import type { Envelope } from '../envelope';
import { withMessageContext } from '../message-context';
import { ContractViolation, parseMessage } from '../validate-message';
import type { Consumer } from './consumer';
import { HandlerTimeout } from './failure';

/** Hands one message to a consumer inside the running unit of work: checked against its contract, with its origin, within its time. */
export async function deliver(consumer: Consumer, envelope: Envelope): Promise<void> {
  const contract = consumer.contracts.get(envelope.type);
  if (!contract) throw new Error(`${consumer.definition.name} was handed ${envelope.type}, which it does not want.`);
  if (envelope.version > contract.version) {
    throw new ContractViolation(contract, [`it has version ${envelope.version}, which this process does not know yet`]);
  }
  const message = parseMessage(envelope.data, contract);
  const context = { correlationId: envelope.correlationId, causationId: envelope.id, traceparent: envelope.traceparent };
  await withMessageContext(context, () => withinTime(consumer, consumer.handle(message, envelope)));
}

async function withinTime(consumer: Consumer, handling: Promise<void>): Promise<void> {
  const { name, timeoutMs } = consumer.definition;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HandlerTimeout(name, timeoutMs)), timeoutMs);
  });
  try {
    await Promise.race([handling, timeout]);
  } finally {
    clearTimeout(timer);
    handling.catch(() => undefined); // what a handler does after its time is up is nobody's result
  }
}
