import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { instancesIn, type ProvidedInstance } from '../hosting/provided-class';
import type { Contract } from './contract';
import {
  requestHandlersAmong,
  type DeclaredRequestHandler,
  eventSubscriptionsAmong,
} from './declared-handlers';
import type { SubscriptionDefinition } from './subscription';

/**
 * What a handler may offer to make batches cheap: called with all messages of a batch, in their unit of work,
 * before the first of them is handled, to read in one statement what each of them will need
 * (`AggregateRepository.lockAll`).
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
export interface RequestHandler {
  contract: Contract;
  module: string;
  className: string;
  handler: Executable;
}

/** One class that reacts to events. */
export interface EventSubscription {
  definition: SubscriptionDefinition;
  contracts: Contract[];
  module: string;
  className: string;
  handler: Reacting;
}

/**
 * Finds the handlers of this process and the module that each belongs to. Throws, naming the class, where
 * wiring is wrong.
 */
@Injectable()
export class Handlers {
  constructor(private readonly discovery: DiscoveryService) {}

  get commands(): RequestHandler[] {
    return requestHandlersAmong(instancesIn(this.discovery), 'command').map(toRequestHandler);
  }

  get queries(): RequestHandler[] {
    return requestHandlersAmong(instancesIn(this.discovery), 'query').map(toRequestHandler);
  }

  get eventSubscriptions(): EventSubscription[] {
    return eventSubscriptionsAmong(instancesIn(this.discovery)).map(
      ({ definition, contracts, module, provided: { type, instance } }) => ({
        definition,
        contracts,
        module,
        className: type.name,
        handler: instance as Reacting,
      }),
    );
  }
}

const toRequestHandler = ({
  contract,
  module,
  provided: { type, instance },
}: DeclaredRequestHandler<ProvidedInstance>): RequestHandler => ({
  contract,
  module,
  className: type.name,
  handler: instance as Executable,
});
