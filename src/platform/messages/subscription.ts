import 'reflect-metadata';
import type { Envelope } from './envelope';

/**
 * What a `@Subscription` class does: called with each event and what the log knows of it, in a unit of work
 * of its module.
 */
export interface Reacts<Event extends object> {
  handle(event: Event, envelope: Envelope): Promise<void> | void;
}

export interface SubscriptionOptions {
  /** Messages handled in one transaction at most. Default 50. */
  batchSize?: number;
  /**
   * Position rows per log, so that several processes can share the work. Default 4. Changing it needs a stop
   * of all processes.
   */
  laneGroups?: number;
  /** Handler failures before a message is parked. Default 8. */
  maxAttempts?: number;
  /** A handler that takes longer loses its unit of work and counts as failed. Milliseconds, default 4,000. */
  timeoutMs?: number;
  /**
   * Where a new subscription starts reading: the whole log, or only what comes from now on. Default
   * 'beginning'.
   */
  startAt?: 'beginning' | 'now';
}

export interface SubscriptionDefinition extends Required<SubscriptionOptions> {
  name: string;
}

const SUBSCRIPTION = Symbol('seamline:subscription');
const NAME = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/;

/** The options of a subscription with their defaults filled in. */
export const subscriptionDefinition = (
  name: string,
  options: SubscriptionOptions = {},
): SubscriptionDefinition => ({
  name,
  batchSize: options.batchSize ?? 50,
  laneGroups: options.laneGroups ?? 4,
  maxAttempts: options.maxAttempts ?? 8,
  timeoutMs: options.timeoutMs ?? 4_000,
  startAt: options.startAt ?? 'beginning',
});

/**
 * Gives an `@EventsHandler` class its durable name, `<module>.<reaction>`. The name is the key of its stored
 * position: renaming it starts a new subscription that handles the log again from `startAt`.
 */
export const Subscription =
  (name: string, options: SubscriptionOptions = {}): ClassDecorator =>
  (target) => {
    if (!NAME.test(name))
      throw new Error(
        `${target.name}: "${name}" is no subscription name. Write <module>.<reaction> in lower case.`,
      );
    Reflect.defineMetadata(SUBSCRIPTION, subscriptionDefinition(name, options), target);
  };

/** The subscription that a handler class is, if it is one. */
export const subscriptionOf = (handlerClass: object): SubscriptionDefinition | undefined =>
  Reflect.getMetadata(SUBSCRIPTION, handlerClass) as SubscriptionDefinition | undefined;
