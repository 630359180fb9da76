import type { RigRecord } from './load/rig-record';
import type { HostOptions } from '../support/host-process';
import type { Stage } from './stage/stage';

/** What a fault has at hand while a trial runs. */
export interface Scene {
  readonly stage: Stage;
  /** Numbers from 0 up to 1; every random choice comes from here, so that the seed repeats the trial. */
  readonly random: () => number;
  /** What the rig asked for and what it was promised; a fault that acts as a client of its own adds to it. */
  readonly record: RigRecord;
  /** Counts the trials of a fault in a set-up from 0, for faults that go round a list. */
  readonly trial: number;
  /** Notes how long something took that the row is to tell of, in milliseconds. */
  readonly measure: (what: string, ms: number) => void;
}

/** How the processes of the application are started for a fault. */
export interface FaultHostOptions extends HostOptions {
  /** Their connections to databases and brokers go through proxies, where a fault can break them. */
  readonly throughProxy?: boolean;
}

/**
 * One way to break the application, its databases, its brokers or what is between them. In which set-ups it
 * is played says the catalogue.
 */
export interface Fault {
  /** In kebab-case: what `--only` takes. */
  readonly name: string;
  /** In a sentence: what is broken, for the list of faults. */
  readonly sentence: string;
  /** Settings and preloads of the application's processes. */
  readonly host?: FaultHostOptions;
  /**
   * The load is played again and again for as long as the fault lasts, and the report has the measurements of
   * its requests.
   */
  readonly lasting?: boolean;
  /** Each request of the load spells the ids in it anew, in one of the ways that mean the same. */
  readonly respells?: boolean;
  /**
   * Its trials wait most of the time, for the patience of others to end: a campaign plays it beside two that
   * do not.
   */
  readonly waits?: boolean;
  /** It does the same in each trial, chance has little to say, and two trials tell as much as five. */
  readonly alike?: boolean;
  /**
   * It leaves the stage other than it was, such as the configuration of a server: no other row plays on it.
   */
  readonly ownStage?: boolean;
  /**
   * Trials on one stage before a fresh one, where what the fault leaves behind makes later trials slower; no
   * other row plays on it.
   */
  readonly trialsPerStage?: number;
  /**
   * Runs before the load of each trial, for what must be in place from its first request on. What it throws
   * counts as with `inject`.
   */
  prepare?(scene: Scene): Promise<void>;
  /**
   * Runs beside the load, breaks something and mends it. Answers the moment (`performance.now()`) from which
   * the way back is measured: nothing is broken any more, and processes that ended were launched again; they
   * need not be ready. What it throws is a violation of I7: the application did not come through without a
   * manual step. `Violated` says which other promise was not kept, and `DidNotBite` that nothing was hit: the
   * trial is played again.
   */
  inject(scene: Scene): Promise<number>;
}
