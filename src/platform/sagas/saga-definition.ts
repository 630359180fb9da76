import type { MessageClass } from '../messages/contract';
import type { SubscriptionOptions } from '../messages/subscription';

/** An event that a saga waits for. With `where`, only if these fields have these values. */
export interface Answer<Event extends object = object> {
  event: MessageClass<Event>;
  where?: Partial<Event>;
}

/** An answer that turns the process back, and how it ends then. */
export interface Setback extends Answer {
  outcome: string;
  reason: string;
}

/** A durable command and how it is made from the facts of the process. */
export interface Sending<Facts> {
  command: MessageClass;
  from: (facts: Facts) => object;
}

/**
 * One step of a process: it sends its command, shows its state while it waits, and goes on with its answer.
 * `compensatable` steps are undone when a later one fails; the `pivot` is the point of no return, and can be
 * called off only until its answer is there; `retriable` steps come after it and cannot be called off. One
 * that is refused undoes what can still be undone.
 */
export interface SagaStep<Facts> {
  name: string;
  kind: 'compensatable' | 'pivot' | 'retriable';
  /** What clients see while the step is waiting. */
  state: string;
  /** Leaves the step out when false. */
  when?: { description: string; holds: (facts: Facts) => boolean };
  /** Nothing is sent by a step that only waits. */
  send?: Sending<Facts>;
  done: Answer;
  /** The answers that turn the process back, each with the end that it leads to. */
  refused?: readonly Setback[];
  /**
   * With `untilPivot`, there is nothing left to undo once the pivot is done: what the step did is used up by
   * it.
   */
  compensation?: Sending<Facts> & { state: string; done: Answer; untilPivot?: true };
  /** After this long without an answer the process is undone with this outcome. */
  deadline?: { afterMs: number; outcome: string; reason: string };
}

/**
 * A process as data: the transitions, and so the state diagram, follow from it. Decisions are plain functions
 * of the facts.
 */
export interface SagaDefinition<Facts extends object> {
  /** Durable, `<module>.<process>`: key of its rows and of its subscription. */
  name: string;
  /** Stored with every command as `aggregatetype`. */
  aggregateType: string;
  /** The field that every event of the process carries its id in. */
  correlateBy: string;
  start: { event: MessageClass; state: string; facts: (event: never) => Facts };
  steps: readonly SagaStep<Facts>[];
  /** The final state after the last step. */
  completed: string;
  /**
   * How a process ends that is called off before its pivot; absent where it cannot be called off. `lost` is
   * the reason that the next state is shown with where the pivot was faster.
   */
  callOff?: { outcome: string; reason: string; lost: string };
  subscription?: SubscriptionOptions;
}

/** Keeps the facts' type while a definition is written down. */
export const defineSaga = <Facts extends object>(definition: SagaDefinition<Facts>): SagaDefinition<Facts> =>
  definition;
