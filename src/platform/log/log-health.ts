import { Injectable } from '@nestjs/common';
import { Metrics } from '../observability/metrics';

/** What cannot go on by itself: one sentence that says what is wrong, where, and the way out. */
export interface LogProblem {
  /** The module whose log it is. */
  readonly log: string;
  /** What has stopped: its relay, or a reader of it. */
  readonly part: LogPart;
  readonly problem: string;
}

export type LogPart = 'relay' | 'reader';

/** Reports the problem of a part of a log; undefined when it works. */
export type ReportLogProblem = (problem: string | undefined) => void;

/**
 * The logs on which an operator must act before work goes on. Readiness, metrics and the log of the process
 * say it; what mends itself (an absent broker, a database that restarts) does not belong here.
 */
@Injectable()
export class LogHealth {
  private readonly known = new Map<string, LogProblem>();
  private readonly gauge;

  constructor(metrics: Metrics) {
    this.gauge = metrics.gauge(
      'seamline_log_halted',
      'Whether a log waits for an operator: 1 while it does.',
      ['log', 'part'],
    );
  }

  /** Every problem there is now, in the order in which they came up. */
  get problems(): readonly LogProblem[] {
    return [...this.known.values()];
  }

  /** How one part of one log reports. Reporting the same again changes nothing. */
  reporter(log: string, part: LogPart): ReportLogProblem {
    const key = `${log} ${part}`;
    this.gauge.set({ log, part }, 0);
    return (problem) => {
      this.gauge.set({ log, part }, problem === undefined ? 0 : 1);
      if (problem === undefined) this.known.delete(key);
      else this.known.set(key, { log, part, problem });
    };
  }
}
