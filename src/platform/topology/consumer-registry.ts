import { Injectable } from '@nestjs/common';
import { commandSubscription, Topology } from './topology';
import { SagaRegistry } from '../sagas/saga-registry';
import { SagaRuntime } from '../sagas/saga-runtime';
import type { Contract } from '../messages/contract';
import { type RequestHandler, Handlers } from '../messages/handlers';
import { subscriptionDefinition } from '../messages/subscription';
import { type Consumer, Consumers } from '../subscriptions/consumer';

/**
 * All durable subscriptions of this process: its reactions, its sagas, and for each module the durable
 * commands that sagas of this or of another process send to it. Throws where a subscription's name is used
 * twice.
 */
@Injectable()
export class ConsumerRegistry extends Consumers {
  private consumers: Consumer[] | undefined;

  constructor(
    private readonly handlers: Handlers,
    private readonly sagas: SagaRegistry,
    private readonly sagaRuntime: SagaRuntime,
    private readonly topology: Topology,
  ) {
    super();
  }

  get all(): readonly Consumer[] {
    this.consumers ??= this.collect();
    return this.consumers;
  }

  of(module: string): Consumer[] {
    return this.all.filter((consumer) => consumer.module === module);
  }

  private collect(): Consumer[] {
    const consumers = [...this.reactions(), ...this.sagaConsumers(), ...this.commandConsumers()];
    const names = new Map<string, Consumer>();
    for (const consumer of consumers) {
      const other = names.get(consumer.definition.name);
      if (other)
        throw new Error(
          `${other.handledBy} and ${consumer.handledBy} are both the subscription "${consumer.definition.name}". A name belongs to one class.`,
        );
      names.set(consumer.definition.name, consumer);
    }
    return consumers;
  }

  private reactions(): Consumer[] {
    return this.handlers.eventSubscriptions.map(({ definition, contracts, module, className, handler }) => ({
      definition,
      module,
      handledBy: className,
      contracts: byName(contracts),
      logs: modulesOf(contracts),
      prefetch: handler.prefetch?.bind(handler),
      handle: async (message, envelope) => handler.handle(message, envelope),
    }));
  }

  private sagaConsumers(): Consumer[] {
    return this.sagas.all.map((saga) => ({
      definition: subscriptionDefinition(saga.definition.name, saga.definition.subscription),
      module: saga.module,
      handledBy: saga.className,
      contracts: byName(saga.events),
      logs: modulesOf(saga.events),
      prefetch: (messages) => this.sagaRuntime.prefetch(saga, messages),
      handle: (message) => this.sagaRuntime.react(saga, message),
    }));
  }

  private commandConsumers(): Consumer[] {
    const owners = new Map(this.handlers.commands.map((owner) => [owner.contract.name, owner]));
    const wanted = new Map<string, { owners: RequestHandler[]; logs: Set<string> }>();
    for (const saga of this.topology.sagas) {
      for (const command of saga.commands) {
        const owner = owners.get(command.name);
        if (!owner) continue; // It has one, says the topology: in another process.
        const entry = wanted.get(owner.module) ?? { owners: [], logs: new Set() };
        if (!entry.owners.includes(owner)) entry.owners.push(owner);
        entry.logs.add(saga.module);
        wanted.set(owner.module, entry);
      }
    }
    return [...wanted].map(([module, { owners: answering, logs }]) => {
      const handlers = new Map(answering.map((owner) => [owner.contract.name, owner.handler]));
      return {
        definition: subscriptionDefinition(commandSubscription(module)),
        module,
        handledBy: answering.map((owner) => owner.className).join(', '),
        contracts: byName(answering.map((owner) => owner.contract)),
        logs: [...logs],
        prefetch: async (messages) => {
          for (const { contract, handler } of answering) {
            const own = handler.prefetch
              ? messages.filter((message) => message instanceof contract.type)
              : [];
            if (own.length > 0) await handler.prefetch?.(own);
          }
        },
        handle: async (message, envelope) => {
          await handlers.get(envelope.type)!.execute(message);
        },
      };
    });
  }
}

const byName = (contracts: readonly Contract[]): Map<string, Contract> =>
  new Map(contracts.map((contract) => [contract.name, contract]));
const modulesOf = (contracts: readonly Contract[]): string[] => [
  ...new Set(contracts.map((contract) => contract.module)),
];
