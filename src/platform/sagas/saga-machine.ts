import type { Answer, SagaDefinition, SagaStep, Setback } from './saga-definition';

/**
 * `sent`: waiting for its answer · `done` · `refused`: nothing to undo · `undoing`: its compensation was sent
 * · `undone`
 */
export type StepStatus = 'sent' | 'done' | 'refused' | 'undoing' | 'undone';

/** One running or finished process. */
export interface SagaInstance<Facts> {
  id: string;
  state: string;
  final: boolean;
  facts: Facts;
  steps: Record<string, StepStatus>;
  /** Where the process ends once everything is undone; absent while it goes forward. */
  outcome?: string;
  reason?: string;
  deadlineAt?: Date;
}

/** What a process does next: its new self and the commands to send, in order. */
export interface Transition<Facts> {
  instance: SagaInstance<Facts>;
  commands: object[];
}

/**
 * Decides what a process does at each event. Pure: the same process, event and time always give the same
 * transition.
 */
export class SagaMachine<Facts extends object> {
  constructor(private readonly definition: SagaDefinition<Facts>) {}

  start(id: string, facts: Facts, now: Date): Transition<Facts> {
    return this.forward({ id, state: this.definition.start.state, final: false, facts, steps: {} }, now);
  }

  /**
   * The transition for an event; null when the process does not wait for it: a repeated or late answer
   * changes nothing.
   */
  on(instance: SagaInstance<Facts>, event: object, now: Date): Transition<Facts> | null {
    if (instance.final) return null;
    return instance.outcome === undefined
      ? this.onForward(instance, event, now)
      : this.onUndo(instance, event, now);
  }

  /** The transition for a deadline that has passed; null when the process moved on before. */
  onDeadline(instance: SagaInstance<Facts>, now: Date): Transition<Facts> | null {
    if (instance.final || !instance.deadlineAt || instance.deadlineAt > now) return null;
    const step = this.stepWith(instance, 'sent');
    if (!step?.deadline || instance.outcome !== undefined) return null;
    return this.undo({ ...instance, outcome: step.deadline.outcome, reason: step.deadline.reason });
  }

  /** Turns a process back on request; null when it is past its pivot, already turned back or over. */
  requestUndo(instance: SagaInstance<Facts>, outcome: string, reason: string): Transition<Facts> | null {
    if (instance.final || instance.outcome !== undefined || this.isPastPivot(instance)) return null;
    return this.undo({ ...instance, outcome, reason });
  }

  private onForward(instance: SagaInstance<Facts>, event: object, now: Date): Transition<Facts> | null {
    const step = this.stepWith(instance, 'sent');
    if (!step) return null;
    if (answers(step.done, event)) return this.forward(withStep(instance, step, 'done'), now);
    const setback = setbackOf(step, event);
    return setback
      ? this.undo({
          ...withStep(instance, step, 'refused'),
          outcome: setback.outcome,
          reason: setback.reason,
        })
      : null;
  }

  private onUndo(instance: SagaInstance<Facts>, event: object, now: Date): Transition<Facts> | null {
    const step = this.stepWith(instance, 'undoing');
    if (!step?.compensation) return null;
    if (answers(step.compensation.done, event)) return this.undo(withStep(instance, step, 'undone'));
    // The refusal of a step whose answer came too late: there is nothing of it left to undo.
    if (setbackOf(step, event)) return this.undo(withStep(instance, step, 'undone'));
    // The pivot was faster than the wish to turn back: the process goes on.
    if (step.kind === 'pivot' && answers(step.done, event)) {
      const { instance: going, commands } = this.forward(
        { ...withStep(instance, step, 'done'), outcome: undefined },
        now,
      );
      return { instance: { ...going, reason: this.definition.callOff?.lost }, commands };
    }
    return null;
  }

  private forward(instance: SagaInstance<Facts>, now: Date): Transition<Facts> {
    const next = this.definition.steps.find(
      (step) => instance.steps[step.name] === undefined && (step.when?.holds(instance.facts) ?? true),
    );
    // A reason is recorded once, with the state that it led to.
    const going = { ...instance, reason: undefined };
    if (!next)
      return {
        instance: { ...going, state: this.definition.completed, final: true, deadlineAt: undefined },
        commands: [],
      };
    const deadlineAt = next.deadline && new Date(now.getTime() + next.deadline.afterMs);
    return {
      instance: { ...withStep(going, next, 'sent'), state: next.state, deadlineAt },
      commands: next.send ? [next.send.from(instance.facts)] : [],
    };
  }

  /** In reverse over every step that was sent and not refused, and can still be undone. */
  private undo(instance: SagaInstance<Facts>): Transition<Facts> {
    const pivotIsDone = this.definition.steps.some(
      ({ kind, name }) => kind === 'pivot' && instance.steps[name] === 'done',
    );
    const last = this.definition.steps.findLast(
      ({ name, compensation }) =>
        compensation &&
        !(pivotIsDone && compensation.untilPivot) &&
        ['sent', 'done'].includes(instance.steps[name] ?? ''),
    );
    if (!last?.compensation)
      return {
        instance: { ...instance, state: instance.outcome!, final: true, deadlineAt: undefined },
        commands: [],
      };
    return {
      instance: {
        ...withStep(instance, last, 'undoing'),
        state: last.compensation.state,
        deadlineAt: undefined,
      },
      commands: [last.compensation.from(instance.facts)],
    };
  }

  private isPastPivot(instance: SagaInstance<Facts>): boolean {
    return this.definition.steps.some(
      (step) =>
        (step.kind === 'pivot' && instance.steps[step.name] === 'done') ||
        (step.kind === 'retriable' && instance.steps[step.name] !== undefined),
    );
  }

  private stepWith(instance: SagaInstance<Facts>, status: StepStatus): SagaStep<Facts> | undefined {
    return this.definition.steps.find((step) => instance.steps[step.name] === status);
  }
}

const withStep = <Facts>(
  instance: SagaInstance<Facts>,
  step: SagaStep<Facts>,
  status: StepStatus,
): SagaInstance<Facts> => ({
  ...instance,
  steps: { ...instance.steps, [step.name]: status },
});

const setbackOf = <Facts>({ refused }: SagaStep<Facts>, event: object): Setback | undefined =>
  refused?.find((setback) => answers(setback, event));

function answers(answer: Answer, event: object): boolean {
  if (!(event instanceof answer.event)) return false;
  return Object.entries(answer.where ?? {}).every(
    ([field, value]) => (event as Record<string, unknown>)[field] === value,
  );
}
