import type { Contract } from '../messages/contract';
import type { Envelope } from '../messages/envelope';
import type { SubscriptionDefinition } from '../messages/subscription';

/**
 * A durable subscription together with what it does: made from a handler class, a module's commands or a
 * saga.
 */
export interface Consumer {
  definition: SubscriptionDefinition;
  /** The module in whose unit of work messages are handled. */
  module: string;
  /** What it does, for people: the class name. Never stored. */
  handledBy: string;
  /** The wanted contracts by stored name. */
  contracts: ReadonlyMap<string, Contract>;
  /** The modules whose logs are read. */
  logs: readonly string[];
  /** Reads, for a whole batch of messages, what `handle` will need for each. */
  prefetch?(messages: readonly object[]): Promise<void>;
  handle(message: object, envelope: Envelope): Promise<void>;
}

/** The consumers that this process runs. What the modules declare, above, provides them. */
export abstract class Consumers {
  abstract of(module: string): readonly Consumer[];
}
