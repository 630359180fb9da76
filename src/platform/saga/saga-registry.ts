import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { boundedContextOf } from '../bounded-context';
import { type Contract, contractOf } from '../messaging/contract';
import type { SagaDefinition } from './saga-definition';
import { SagaMachine, type SagaInstance } from './saga-machine';

/** The class that owns a process: told of each change in the unit of work that made it. */
export interface SagaOwner {
  /** Reads in one statement, for a whole batch of changes that are likely to come, what `changed` will need for each. */
  prefetch?(instances: readonly SagaInstance<object>[]): Promise<void>;
  changed(instance: SagaInstance<object>, at: Date): Promise<void>;
}

export interface RegisteredSaga {
  definition: SagaDefinition<object>;
  machine: SagaMachine<object>;
  module: string;
  className: string;
  owner: SagaOwner;
  /** Everything the process reacts to. */
  events: Contract[];
  /** Every durable command the process may send. */
  commands: Contract[];
}

const SAGA = Symbol('seamline:saga');

/** Makes a provider the owner of a process. */
export const Saga =
  <Facts extends object>(definition: SagaDefinition<Facts>): ClassDecorator =>
  (target) =>
    Reflect.defineMetadata(SAGA, definition, target);

/** The sagas of this process. */
@Injectable()
export class SagaRegistry {
  private sagas: RegisteredSaga[] | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  get all(): readonly RegisteredSaga[] {
    this.sagas ??= this.collect();
    return this.sagas;
  }

  /** The saga with a name; throws when there is none. */
  named(name: string): RegisteredSaga {
    const saga = this.all.find(({ definition }) => definition.name === name);
    if (!saga) throw new Error(`There is no saga "${name}" in this process.`);
    return saga;
  }

  private collect(): RegisteredSaga[] {
    return this.discovery.getProviders().flatMap(({ metatype, instance, host }) => {
      const definition = metatype && (Reflect.getMetadata(SAGA, metatype) as SagaDefinition<object> | undefined);
      if (!definition) return [];
      const module = boundedContextOf(host?.metatype ?? undefined)?.name;
      if (!module || !definition.name.startsWith(`${module}.`)) {
        throw new Error(`The saga "${definition.name}" (${metatype.name}) must be provided by the module that its name starts with.`);
      }
      return [
        {
          definition,
          machine: new SagaMachine(definition),
          module,
          className: metatype.name,
          owner: instance as SagaOwner,
          events: eventsOf(definition).map(contractOf),
          commands: definition.steps.flatMap((step) =>
            [step.send, step.compensation].flatMap((sending) => (sending ? contractOf(sending.command) : [])),
          ),
        },
      ];
    });
  }
}

function eventsOf(definition: SagaDefinition<object>): object[] {
  const steps = definition.steps.flatMap((step) =>
    [step.done, step.refused, step.compensation?.done].flatMap((answer) => answer?.event ?? []),
  );
  return [...new Set([definition.start.event, ...steps])];
}
