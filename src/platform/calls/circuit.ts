import {
  BrokenCircuitError,
  CircuitState,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleType,
} from 'cockatiel';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deadline } from '../kernel/deadline';
import { ModuleUnreachable } from '../messages/module-unreachable';

export interface CircuitOptions {
  /** So many calls in a row have to fail before the module is left alone. */
  readonly failures: number;
  /** How long it is left alone at first; up to ten times as long when it still fails afterwards. */
  readonly pauseMs: number;
}

/**
 * The circuit breaker of one module. Callers of a module that does not answer would hold their transactions
 * and their clients until their deadlines; after some failures in a row they fail at once instead, and one
 * call at a time tries whether it is back. A call whose caller had hardly any time left does not count: it
 * would say of a healthy module that it does not answer.
 */
export class Circuit {
  private readonly breaker;

  constructor(
    private readonly module: string,
    { failures, pauseMs }: CircuitOptions,
    changed: (state: 'open' | 'closed') => void = () => undefined,
  ) {
    // An impatient call that tries whether the module is back, and hears nothing, has not shown that it is.
    const counts = ({ reason }: ModuleUnreachable): boolean => reason !== 'out-of-time' || this.isBeingTried;
    this.breaker = circuitBreaker(handleType(ModuleUnreachable, counts), {
      breaker: new ConsecutiveBreaker(failures),
      halfOpenAfter: new ExponentialBackoff({ initialDelay: pauseMs, maxDelay: pauseMs * 10 }),
    });
    this.breaker.onBreak(() => changed('open'));
    this.breaker.onReset(() => changed('closed'));
  }

  get isOpen(): boolean {
    return this.breaker.state === CircuitState.Open;
  }

  private get isBeingTried(): boolean {
    return this.breaker.state === CircuitState.HalfOpen;
  }

  /**
   * Settles as `call` does; throws `ModuleUnreachable` without calling it while the circuit is open. While
   * another call tries whether the module is back, it waits for what that one finds out, and never beyond its
   * own deadline.
   */
  async run<T>(call: () => Promise<T>, deadline: Deadline): Promise<T> {
    try {
      const running = this.breaker.execute(() => answerOf(call));
      const answer = this.isBeingTried ? await this.until(deadline, running) : await running;
      if ('error' in answer) throw answer.error;
      return answer.result;
    } catch (error) {
      throw error instanceof BrokenCircuitError
        ? new ModuleUnreachable(this.module, 'circuit-open', { cause: error })
        : error;
    }
  }

  private async until<T>(deadline: Deadline, running: Promise<T>): Promise<T> {
    const settled = new AbortController();
    const late = sleep(deadline.left, undefined, { signal: settled.signal }).then(() => {
      throw new ModuleUnreachable(this.module, 'out-of-time');
    });
    // One of the two is not waited for any more.
    for (const promise of [running, late]) promise.catch(() => undefined);
    return await Promise.race([running, late]).finally(() => settled.abort());
  }
}

/** Refusals and failures are answers too; the breaker would take any error for none. */
async function answerOf<T>(call: () => Promise<T>): Promise<{ result: T } | { error: unknown }> {
  try {
    return { result: await call() };
  } catch (error) {
    if (error instanceof ModuleUnreachable) throw error;
    return { error };
  }
}
