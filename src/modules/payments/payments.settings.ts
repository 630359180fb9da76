import type { ModuleEnv } from '../../platform/index';
import { readCreditLimits } from './credit-limits';

/** What can be set of payments. */
export class PaymentsSettings {
  /**
   * Credit limits of a customer for whom none is set, in minor units, by currency; 0 in those that are left
   * out.
   */
  readonly defaultCreditLimits: ReadonlyMap<string, number>;
  /** Calls to the payment provider under way at a time. */
  readonly concurrency: number;
  /** How long one call may take. What has no answer by then is asked again, with the same key. */
  readonly attemptMs: number;
  /** The longest rest between two calls for the same thing, while the provider fails. */
  readonly longestRestMs: number;
  readonly simulatorLatencyMs: number;
  /** Share of calls that fail, 0 to 1. */
  readonly simulatorFailureRate: number;
  /** Share of calls that do their work and never answer, 0 to 1. */
  readonly simulatorTimeoutRate: number;

  constructor(env: ModuleEnv) {
    const rate = { min: 0, max: 1, fallback: 0 };
    this.defaultCreditLimits = readCreditLimits(env);
    this.concurrency = env.integer('PAYMENT_CONCURRENCY', {
      min: 1,
      max: 100,
      fallback: 8,
      meaning: 'calls to the payment provider at a time',
    });
    this.attemptMs = env.integer('PAYMENT_ATTEMPT_MS', {
      min: 100,
      max: 300_000,
      fallback: 5_000,
      meaning:
        'how long one call to the provider may take before it is asked again, with the same key: more than a slow provider needs',
    });
    this.longestRestMs = env.integer('PAYMENT_LONGEST_REST_MS', {
      min: 100,
      max: 3_600_000,
      fallback: 300_000,
      meaning:
        'how long payments rest at most between two calls while the provider fails. After 25 failures, about 40 minutes, a call is parked; an order gives up on a payment after 30',
    });
    this.simulatorLatencyMs = env.integer('PAYMENT_SIMULATOR_LATENCY_MS', {
      min: 0,
      max: 60_000,
      fallback: 0,
      meaning: 'makes the simulated payment provider slow',
    });
    this.simulatorFailureRate = env.decimal('PAYMENT_SIMULATOR_FAILURE_RATE', {
      ...rate,
      meaning: 'the share of calls that the simulated provider fails, from 0 to 1',
    });
    this.simulatorTimeoutRate = env.decimal('PAYMENT_SIMULATOR_TIMEOUT_RATE', {
      ...rate,
      meaning: 'the share of calls that it does and never answers, from 0 to 1',
    });
    if (this.simulatorLatencyMs >= this.attemptMs) {
      env.problem(
        'PAYMENT_SIMULATOR_LATENCY_MS',
        `is ${this.simulatorLatencyMs} and not less than PAYMENT_ATTEMPT_MS, ${this.attemptMs}: no call would ever be answered in time. Lower it, or raise PAYMENT_ATTEMPT_MS.`,
      );
    }
  }
}
