import { INVARIANTS, type InvariantName, type Violation } from '../checks/check';
import type { SetUp } from '../set-ups';
import type { Late } from '../trial';

/** What came of all trials of one fault in one set-up. */
export interface Row {
  readonly fault: string;
  readonly setUp: SetUp;
  trials: number;
  /** How often a trial was played again because the fault had hit nothing. */
  playedAgain: number;
  /** Trials in which each invariant was violated. */
  readonly violated: Record<InvariantName, number>;
  readonly readyMs: number[];
  readonly restMs: number[];
  /** What else the fault measures, by what it is: milliseconds of each trial. */
  readonly measured: Record<string, number[]>;
  /** From setting the first stage to the end of the last trial. */
  seconds: number;
  readonly failures: Failure[];
  /** Trials that were late on a slow machine, and are no failures for it. */
  readonly late: (Late & { readonly trial: number; readonly seed: number })[];
}

/** A trial that found something; what it takes to play it again. */
export interface Failure {
  readonly trial: number;
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** What the databases said of them. */
  readonly evidence: readonly string[];
}

export const emptyRow = (fault: string, setUp: SetUp): Row => ({
  fault,
  setUp,
  trials: 0,
  playedAgain: 0,
  readyMs: [],
  restMs: [],
  measured: {},
  seconds: 0,
  failures: [],
  late: [],
  violated: Object.fromEntries(INVARIANTS.map((name) => [name, 0])) as Record<InvariantName, number>,
});

/** A planted bug and what came of looking for it. */
export interface BugRow {
  readonly bug: string;
  /** The invariants that caught it; none when it was not caught. */
  readonly caughtBy: readonly InvariantName[];
  readonly trials: number;
  /** What the first trial that caught it found, or why it could not be looked for. */
  readonly because: string;
}
