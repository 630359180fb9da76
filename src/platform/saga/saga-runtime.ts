import { Injectable } from '@nestjs/common';
import { Clock } from '../clock';
import { UnitOfWork } from '../database/unit-of-work';
import type { SagaInstance, Transition } from './saga-machine';
import type { RegisteredSaga } from './saga-registry';
import { insertSaga, lockSaga, updateSaga } from './saga-store';

/** Carries a process from one state to the next: its row, its commands and its owner's changes in one unit of work. */
@Injectable()
export class SagaRuntime {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Reacts to an event in the running unit of work. An event that the process does not wait for changes nothing. */
  async react(saga: RegisteredSaga, event: object): Promise<void> {
    const id = (event as Record<string, unknown>)[saga.definition.correlateBy];
    if (typeof id !== 'string')
      throw new Error(
        `${event.constructor.name} carries no ${saga.definition.correlateBy}, by which ${saga.definition.name} finds its process.`,
      );
    if (event instanceof saga.definition.start.event) await this.start(saga, id, event);
    else await this.transition(saga, id, (instance, now) => saga.machine.on(instance, event, now));
  }

  /** Moves a locked process by a decision of its machine. False when the decision is that nothing changes, or there is no such process. */
  async transition(
    saga: RegisteredSaga,
    id: string,
    decide: (instance: SagaInstance<object>, now: Date) => Transition<object> | null,
  ): Promise<boolean> {
    const stored = await lockSaga(this.work.manager, saga.definition.name, id);
    if (!stored) return false;
    const now = this.clock.now();
    const next = decide(stored.instance, now);
    if (!next) return false;
    const version = this.send(saga, id, next.commands, stored.version);
    await updateSaga(this.work.manager, saga.definition.name, { instance: next.instance, version }, now);
    await saga.owner.changed(next.instance, now);
    return true;
  }

  /** Ends a process that has not begun, so that its start will change nothing. False when it has begun. */
  async endBeforeStart(saga: RegisteredSaga, id: string, outcome: string, reason: string): Promise<boolean> {
    const now = this.clock.now();
    const instance: SagaInstance<object> = { id, state: outcome, final: true, facts: {}, steps: {}, outcome, reason };
    if (!(await insertSaga(this.work.manager, saga.definition.name, { instance, version: 0 }, now))) return false;
    await saga.owner.changed(instance, now);
    return true;
  }

  private async start(saga: RegisteredSaga, id: string, event: object): Promise<void> {
    const now = this.clock.now();
    const first = saga.machine.start(id, saga.definition.start.facts(event as never), now);
    const isNew = await insertSaga(
      this.work.manager,
      saga.definition.name,
      { instance: first.instance, version: first.commands.length },
      now,
    );
    if (!isNew) return;
    this.send(saga, id, first.commands, 0);
    await saga.owner.changed(first.instance, now);
  }

  private send(saga: RegisteredSaga, id: string, commands: object[], version: number): number {
    return commands.reduce<number>((last, message) => {
      const keyVersion = last + 1;
      this.work.append({ message, aggregateType: saga.definition.aggregateType, aggregateId: id, keyVersion });
      return keyVersion;
    }, version);
  }
}
