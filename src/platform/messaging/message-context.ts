import { AsyncLocalStorage } from 'node:async_hooks';
import { v7 as uuidv7 } from 'uuid';

/** Where a piece of work comes from; carried into every message it produces. */
export interface MessageContext {
  /** The same for everything that follows from one request. */
  correlationId: string;
  /** The id of the message that caused this work; absent when a request did. */
  causationId?: string;
  /** W3C Trace Context, passed on as it came. */
  traceparent?: string;
}

const storage = new AsyncLocalStorage<MessageContext>();

/** Runs work with the given origin. */
export const withMessageContext = <T>(context: MessageContext, work: () => T): T => storage.run(context, work);

/** The origin of the running work; a new correlation id when nobody set one. */
export const currentMessageContext = (): MessageContext => storage.getStore() ?? { correlationId: uuidv7() };
