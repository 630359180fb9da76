import { Injectable } from '@nestjs/common';
import type { Contract } from '../messages/contract';
import { currentCause } from '../messages/message-context';
import { Metrics } from '../observability/metrics';
import { ModuleUnreachable } from '../messages/module-unreachable';

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Names that `npm run topology -- readiness` reads in the metrics of a running process. */
export const CALL_DURATION = 'seamline_call_duration_seconds';
export const CALLS_COUNTED_SINCE = 'seamline_calls_counted_since_seconds';

/** How often modules wait for one another's answers, and for how long, wherever the other one runs. */
@Injectable()
export class CallMetrics {
  private readonly duration;

  constructor(metrics: Metrics) {
    this.duration = metrics.histogram(
      CALL_DURATION,
      'Time from a call of one module to the answer of another one.',
      ['from', 'contract', 'over', 'caused_by', 'outcome'],
      BUCKETS,
    );
    metrics
      .gauge(CALLS_COUNTED_SINCE, 'When this process began to count calls, in seconds since 1970.')
      .set(Date.now() / 1_000);
  }

  /** Measures one call. `from` is the module that waits; empty where no module's handler does. */
  async measure<T>(
    from: string,
    { name: contract }: Contract,
    over: 'process' | 'network',
    call: () => Promise<T>,
  ): Promise<T> {
    const took = this.duration.startTimer({ from, contract, over, caused_by: currentCause() });
    try {
      const answer = await call();
      took({ outcome: 'answered' });
      return answer;
    } catch (error) {
      took({ outcome: error instanceof ModuleUnreachable ? 'unreachable' : 'refused' });
      throw error;
    }
  }
}
