import type { Machine } from './machine';
import type { Outcome } from './outcome';

/** One scenario's part of a run. */
export interface Chapter {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly outcome: Outcome;
  /** How long it took, set-up included. */
  readonly durationSeconds: number;
}

/** Everything that a run found out: what `--report` writes and what the pages are made of. */
export interface RunReport {
  /** ISO 8601. */
  readonly startedAt: string;
  /** The project's commit, with `+` behind it when files had been changed; undefined outside a repository. */
  readonly commit: string | undefined;
  readonly machine: Machine;
  readonly rounds: number;
  readonly seconds: number;
  readonly full: boolean;
  readonly durationSeconds: number;
  readonly chapters: readonly Chapter[];
}
