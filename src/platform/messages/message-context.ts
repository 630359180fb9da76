import { AsyncLocalStorage } from 'node:async_hooks';
import { newId } from '../kernel/new-id';

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
export const withMessageContext = <T>(context: MessageContext, work: () => T): T =>
  storage.run(context, work);

/**
 * Runs work with the origin that it has, or with a new one: whatever it produces then has the same
 * correlation id.
 */
export const withSomeMessageContext = <T>(work: () => T): T =>
  storage.getStore() ? work() : storage.run(currentMessageContext(), work);

/** What the running work comes from. A job that a request asked for counts as the request's. */
export const currentCause = (): 'request' | 'message' =>
  storage.getStore()?.causationId === undefined ? 'request' : 'message';

/** The origin of the running work; a new correlation id by default. */
export const currentMessageContext = (): MessageContext => storage.getStore() ?? { correlationId: newId() };
