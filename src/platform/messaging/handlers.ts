import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { boundedContextOf } from '../bounded-context';
import { type Contract, contractOf } from './contract';
import { subscriptionOf, type SubscriptionDefinition } from './subscription';

// The metadata keys of @nestjs/cqrs, which it does not export: dist/decorators/constants.js of version 12.
const COMMAND_HANDLER_METADATA = '__commandHandler__';
const QUERY_HANDLER_METADATA = '__queryHandler__';
const EVENTS_HANDLER_METADATA = '__eventsHandler__';

/**
 * What a handler may offer to make batches cheap: called with all messages of a batch, in their unit of work, before the first
 * of them is handled, to read in one statement what each of them will need (`AggregateRepository.lockAll`).
 */
export interface Prefetching<Message extends object> {
  prefetch(messages: readonly Message[]): Promise<void>;
}

interface Executable extends Partial<Prefetching<object>> {
  execute(message: object): Promise<unknown>;
}

interface Reacting extends Partial<Prefetching<object>> {
  handle(message: object, envelope?: unknown): Promise<void> | void;
}

/** The one class that answers a command or a query. */
export interface Answering {
  contract: Contract;
  module: string;
  className: string;
  handler: Executable;
}

/** One class that reacts to events. */
export interface Reaction {
  definition: SubscriptionDefinition;
  contracts: Contract[];
  module: string;
  className: string;
  handler: Reacting;
}

/** Finds the handlers of this process and the module that each belongs to. Throws, naming the class, where wiring is wrong. */
@Injectable()
export class Handlers {
  constructor(private readonly discovery: DiscoveryService) {}

  get commands(): Answering[] {
    return this.answering(COMMAND_HANDLER_METADATA, 'command');
  }

  get queries(): Answering[] {
    return this.answering(QUERY_HANDLER_METADATA, 'query');
  }

  get reactions(): Reaction[] {
    return this.providers().flatMap(({ type, instance, module }) => {
      const events = Reflect.getMetadata(EVENTS_HANDLER_METADATA, type) as object[] | undefined;
      if (!events) return [];
      const definition = subscriptionOf(type);
      if (!definition)
        throw new Error(`${type.name} handles events without a durable name. Add @Subscription('<module>.<reaction>') to it.`);
      if (!module || !definition.name.startsWith(`${module}.`)) {
        throw new Error(
          `${type.name} is the subscription "${definition.name}" but is provided by ${module ?? 'no module'}. A subscription's name starts with its module.`,
        );
      }
      return [{ definition, contracts: events.map(contractOf), module, className: type.name, handler: instance as Reacting }];
    });
  }

  private answering(metadata: string, kind: Contract['kind']): Answering[] {
    const found = new Map<string, Answering>();
    for (const { type, instance, module } of this.providers()) {
      const message = Reflect.getMetadata(metadata, type) as object | undefined;
      if (!message) continue;
      const contract = contractOf(message);
      const other = found.get(contract.name);
      if (other)
        throw new Error(`The ${kind} ${contract.name} has two owners: ${other.className} and ${type.name}. It must have exactly one.`);
      if (contract.kind !== kind || contract.module !== module) {
        throw new Error(
          `${type.name} in ${module ?? 'no module'} answers ${contract.name}, a ${contract.kind} of ${contract.module}. Only its own module may answer it.`,
        );
      }
      found.set(contract.name, { contract, module, className: type.name, handler: instance as Executable });
    }
    return [...found.values()];
  }

  // A decorator's metadata is all that tells a handler class from any other provider.
  private providers(): { type: { name: string } & object; instance: unknown; module: string | undefined }[] {
    return this.discovery
      .getProviders()
      .flatMap(({ metatype, instance, host }) =>
        typeof metatype === 'function' && instance
          ? [{ type: metatype, instance: instance as unknown, module: boundedContextOf(host?.metatype ?? undefined)?.name }]
          : [],
      );
  }
}
