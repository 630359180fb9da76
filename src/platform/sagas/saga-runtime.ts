import { Injectable } from '@nestjs/common';
import { Clock } from '../unit-of-work/clock';
import { UnitOfWork } from '../unit-of-work/unit-of-work';
import type { SagaInstance, Transition } from './saga-machine';
import type { RegisteredSaga } from './saga-registry';
import { SagaStore } from './saga-store';

/**
 * Carries a process from one state to the next: its row, its commands and its owner's changes in one unit of
 * work.
 */
@Injectable()
export class SagaRuntime {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: SagaStore,
    private readonly clock: Clock,
  ) {}

  /** Reads and locks the processes that these events are about, in one statement. */
  async prefetch(saga: RegisteredSaga, events: readonly object[]): Promise<void> {
    const stored = await this.store.lockAll(
      saga.definition.name,
      events.map((event) => idOf(saga, event)),
    );
    if (!saga.owner.prefetch) return;
    const now = this.clock.now();
    const next = events.flatMap((event) => {
      const process = stored.get(idOf(saga, event));
      return (process && saga.machine.on(process.instance, event, now)?.instance) ?? [];
    });
    if (next.length > 0) await saga.owner.prefetch(next);
  }

  /**
   * Reacts to an event in the running unit of work. An event that the process does not wait for changes
   * nothing.
   */
  async react(saga: RegisteredSaga, event: object): Promise<void> {
    const id = idOf(saga, event);
    if (event instanceof saga.definition.start.event) await this.start(saga, id, event);
    else await this.transition(saga, id, (instance, now) => saga.machine.on(instance, event, now));
  }

  /**
   * Moves a locked process by a decision of its machine. False when the decision is that nothing changes, or
   * there is no such process.
   */
  async transition(
    saga: RegisteredSaga,
    id: string,
    decide: (instance: SagaInstance<object>, now: Date) => Transition<object> | null,
  ): Promise<boolean> {
    const stored = await this.store.lock(saga.definition.name, id);
    if (!stored) return false;
    const now = this.clock.now();
    const next = decide(stored.instance, now);
    if (!next) return false;
    const version = this.send(saga, id, next.commands, stored.version);
    this.store.update(saga.definition.name, { instance: next.instance, version }, now);
    await saga.owner.changed(next.instance, now);
    return true;
  }

  /** Ends a process that has not begun, so that its start will change nothing. False when it has begun. */
  async endBeforeStart(saga: RegisteredSaga, id: string, outcome: string, reason: string): Promise<boolean> {
    const now = this.clock.now();
    const instance: SagaInstance<object> = {
      id,
      state: outcome,
      final: true,
      facts: {},
      steps: {},
      outcome,
      reason,
    };
    if (!(await this.store.insert(saga.definition.name, { instance, version: 0 }, now))) return false;
    await saga.owner.changed(instance, now);
    return true;
  }

  private async start(saga: RegisteredSaga, id: string, event: object): Promise<void> {
    const now = this.clock.now();
    const first = saga.machine.start(id, saga.definition.start.facts(event as never), now);
    const isNew = await this.store.insert(
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
      this.work.append({
        message,
        aggregateType: saga.definition.aggregateType,
        aggregateId: id,
        keyVersion,
      });
      return keyVersion;
    }, version);
  }
}

function idOf({ definition }: RegisteredSaga, event: object): string {
  const id = (event as Record<string, unknown>)[definition.correlateBy];
  if (typeof id === 'string') return id;
  throw new Error(
    `${event.constructor.name} carries no ${definition.correlateBy}, by which ${definition.name} finds its process.`,
  );
}
