import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../kernel/backoff';
import type { Contract } from '../messages/contract';
import type { MessageContext } from '../messages/message-context';
import { Circuit, type CircuitOptions } from './circuit';
import type { Deadline } from '../kernel/deadline';
import { fromJsonValue } from './json-value';
import { ModuleUnreachable } from '../messages/module-unreachable';
import { ModuleLiveness } from './module-liveness';
import { errorOf, type Reply } from './reply';
import { RetryBudget, type RetryBudgetOptions } from './retry-budget';

/** One call, made once or several times. */
export interface Call {
  /** The same in all attempts: the owner does a command once. */
  readonly id: string;
  readonly contract: Contract;
  /** The message's fields. */
  readonly fields: object;
  readonly context: MessageContext;
  readonly deadline: Deadline;
}

/** How a call gets to the process that answers it. */
export interface CallChannel {
  /**
   * Asks once; `no-responder` when no process hosts the module, `no-answer` when none answered within
   * `timeoutMs`.
   */
  ask(call: Call, timeoutMs: number): Promise<Reply | 'no-responder' | 'no-answer'>;
  /** Whether a process hosts the module. Does not throw. */
  isAlive(module: string): Promise<boolean>;
}

export interface ModuleCallOptions {
  readonly attemptMs: number;
  /** How long a call may last whose caller sets no deadline of its own. */
  readonly usualMs: number;
  readonly circuit: CircuitOptions;
  readonly budget: RetryBudgetOptions;
}

/** Jittered, so that callers that failed together do not return together. */
const BACKOFF = { firstMs: 50, longestMs: 1_000 };

/** Calls to one module of another process, with what is known of how it is doing. */
export class ModuleCalls {
  readonly circuit: Circuit;
  private readonly budget: RetryBudget;
  private readonly liveness: ModuleLiveness;

  constructor(
    private readonly module: string,
    private readonly channel: CallChannel,
    private readonly options: ModuleCallOptions,
    changed?: (state: 'open' | 'closed') => void,
  ) {
    this.circuit = new Circuit(module, options.circuit, changed);
    this.budget = new RetryBudget(options.budget);
    this.liveness = new ModuleLiveness(() => channel.isAlive(module));
  }

  /**
   * Resolves to the owner's result and throws what it threw, or `ModuleUnreachable` when there is no answer
   * by the deadline.
   */
  run(call: Call): Promise<unknown> {
    return this.circuit.run(() => this.attempts(call), call.deadline);
  }

  private async attempts(call: Call): Promise<unknown> {
    const { contract, deadline } = call;
    // Less than half an attempt is no time in which a healthy module has to answer.
    const wasPatient = deadline.left >= Math.min(this.options.attemptMs, this.options.usualMs) / 2;
    const silent = (reason: 'no-answer' | 'too-many-retries'): ModuleUnreachable =>
      new ModuleUnreachable(this.module, wasPatient ? reason : 'out-of-time');
    this.budget.deposit();
    for (let attempt = 1; !deadline.hasPassed; attempt += 1) {
      const reply = await this.channel.ask(call, Math.min(deadline.left, this.options.attemptMs));
      if (reply === 'no-responder') {
        // No process was asked, so this is no retry: it burdens no module.
        if (!(await this.liveness.waitUntilAlive(deadline)))
          throw new ModuleUnreachable(this.module, 'not-hosted');
        continue;
      }
      if (reply !== 'no-answer' && reply.outcome === 'result') return fromJsonValue(reply.result);
      if (reply !== 'no-answer' && reply.outcome !== 'busy' && reply.outcome !== 'unavailable')
        throw errorOf(reply, contract);
      if (deadline.hasPassed) break;
      if (!this.budget.withdraw()) throw silent('too-many-retries');
      await sleep(Math.min(backoff(attempt, BACKOFF), deadline.left));
    }
    throw silent('no-answer');
  }
}
