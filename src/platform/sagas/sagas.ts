import { Injectable } from '@nestjs/common';
import { SagaRegistry } from './saga-registry';
import { SagaRuntime } from './saga-runtime';

/** What a module may do with the processes that it owns, besides reacting to their changes. */
@Injectable()
export class Sagas {
  constructor(
    private readonly registry: SagaRegistry,
    private readonly runtime: SagaRuntime,
  ) {}

  /**
   * Calls a process off as its definition's `callOff` says, in the running unit of work: turns it back, or
   * ends it before its start. True also where it was called off before. False where it cannot be called off
   * any more; then nothing changes.
   */
  async callOff({ name }: { readonly name: string }, id: string): Promise<boolean> {
    const saga = this.registry.named(name);
    const { callOff } = saga.definition;
    if (!callOff)
      throw new Error(
        `The saga "${name}" cannot be called off: its definition says no callOff. Add one, with the outcome that it has then.`,
      );
    let isCalledOff = false;
    const turned = await this.runtime.transition(saga, id, (instance) => {
      isCalledOff = instance.outcome === callOff.outcome;
      return saga.machine.requestUndo(instance, callOff.outcome, callOff.reason);
    });
    return turned || isCalledOff || this.runtime.endBeforeStart(saga, id, callOff.outcome, callOff.reason);
  }
}
