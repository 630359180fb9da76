import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { instancesIn, type ProvidedClass } from '../hosting/provided-class';
import { type Contract, contractOf } from '../messages/contract';
import type { SagaDefinition } from './saga-definition';
import { SagaMachine, type SagaInstance } from './saga-machine';

/** The class that owns a process: told of each change in the unit of work that made it. */
export interface SagaOwner {
  /**
   * Reads in one statement, for a whole batch of changes that are likely to come, what `changed` will need
   * for each.
   */
  prefetch?(instances: readonly SagaInstance<object>[]): Promise<void>;
  changed(instance: SagaInstance<object>, at: Date): Promise<void>;
}

/** A process as its definition declares it. */
export interface DeclaredSaga<Provided extends ProvidedClass = ProvidedClass> {
  definition: SagaDefinition<object>;
  module: string;
  provided: Provided;
  /** Everything the process reacts to. */
  events: Contract[];
  /** Every durable command the process may send. */
  commands: Contract[];
}

export interface RegisteredSaga extends Omit<DeclaredSaga, 'provided'> {
  machine: SagaMachine<object>;
  className: string;
  owner: SagaOwner;
}

const SAGA = Symbol('seamline:saga');

/** Makes a provider the owner of a process. */
export const Saga =
  <Facts extends object>(definition: SagaDefinition<Facts>): ClassDecorator =>
  (target) =>
    Reflect.defineMetadata(SAGA, definition, target);

/** The process that a class owns, if it owns one. */
export const sagaOf = (type: object): SagaDefinition<object> | undefined =>
  Reflect.getMetadata(SAGA, type) as SagaDefinition<object> | undefined;

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
    return sagasAmong(instancesIn(this.discovery)).map(({ provided: { type, instance }, ...saga }) => ({
      ...saga,
      machine: new SagaMachine(saga.definition),
      className: type.name,
      owner: instance as SagaOwner,
    }));
  }
}

/** The owners of processes among some classes. Throws, naming the class, where one is outside its module. */
export function sagasAmong<Provided extends ProvidedClass>(
  classes: readonly Provided[],
): DeclaredSaga<Provided>[] {
  return classes.flatMap((provided) => {
    const { type, module } = provided;
    const definition = sagaOf(type);
    if (!definition) return [];
    if (!module || !definition.name.startsWith(`${module}.`)) {
      throw new Error(
        `The saga "${definition.name}" (${type.name}) must be provided by the module that its name starts with.`,
      );
    }
    const sendings = definition.steps.flatMap((step) => [step.send ?? [], step.compensation ?? []].flat());
    return [
      {
        definition,
        module,
        provided,
        events: eventsOf(definition).map(contractOf),
        commands: sendings.map(({ command }) => contractOf(command)),
      },
    ];
  });
}

function eventsOf(definition: SagaDefinition<object>): object[] {
  const steps = definition.steps.flatMap((step) =>
    [step.done, step.refused ?? [], step.compensation?.done].flat().flatMap((answer) => answer?.event ?? []),
  );
  return [...new Set([definition.start.event, ...steps])];
}
