import type { Outcome } from './outcome';
import type { BenchServer } from './server';

/** What a scenario is given: the server of this run, how long to measure, and the way to say what happens. */
export interface Bench {
  readonly server: BenchServer;
  /** How often every contestant has its turn. */
  readonly rounds: number;
  /** How long a turn lasts, about. */
  readonly seconds: number;
  /** Takes the large sizes too. */
  readonly full: boolean;
  /** Where V8 profiles go; undefined when none are wanted. */
  readonly profileFolder: string | undefined;
  /** Replaces the progress line on a terminal; printed now and then elsewhere. */
  progress(line: string): void;
  /** Undone when the scenario ends, however it ends, last first. */
  defer(undo: () => Promise<void>): void;
}

/** One row of the scorecard's speed table. */
export interface Scenario {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  /** What is measured and how, for the reader of the report. */
  readonly about: string;
  run(bench: Bench): Promise<Outcome>;
}
