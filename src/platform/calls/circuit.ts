import { BrokenCircuitError, CircuitState, circuitBreaker, ConsecutiveBreaker, ExponentialBackoff, handleType } from 'cockatiel';
import { ModuleUnreachable } from './module-unreachable';

export interface CircuitOptions {
  /** So many calls in a row have to fail before the module is left alone. */
  readonly failures: number;
  /** How long it is left alone at first; up to ten times as long when it still fails afterwards. */
  readonly pauseMs: number;
}

/**
 * The circuit breaker of one module. Callers of a module that does not answer would hold their transactions and their clients until
 * their deadlines; after some failures in a row they fail at once instead, and one call at a time tries whether it is back.
 */
export class Circuit {
  private readonly breaker;

  constructor(
    private readonly module: string,
    { failures, pauseMs }: CircuitOptions,
    changed: (state: 'open' | 'closed') => void = () => undefined,
  ) {
    this.breaker = circuitBreaker(handleType(ModuleUnreachable), {
      breaker: new ConsecutiveBreaker(failures),
      halfOpenAfter: new ExponentialBackoff({ initialDelay: pauseMs, maxDelay: pauseMs * 10 }),
    });
    this.breaker.onBreak(() => changed('open'));
    this.breaker.onReset(() => changed('closed'));
  }

  get isOpen(): boolean {
    return this.breaker.state === CircuitState.Open;
  }

  /** Settles as `call` does; throws `ModuleUnreachable` without calling it while the circuit is open. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    try {
      const answer = await this.breaker.execute(() => answerOf(call));
      if ('error' in answer) throw answer.error;
      return answer.result;
    } catch (error) {
      throw error instanceof BrokenCircuitError ? new ModuleUnreachable(this.module, 'circuit-open', { cause: error }) : error;
    }
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
