import { createHash } from 'node:crypto';
import type { Fault } from './fault';
import { evidenceOf } from './report/evidence';
import { emptyRow, type Row } from './report/row';
import type { SetStage } from './set-stage';
import { SharedStages, TRIALS_PER_STAGE } from './shared-stages';
import type { SetUp } from './set-ups';
import { playTrial, type TrialOptions, type TrialResult } from './trial';

export interface RowOptions {
  readonly fault: Fault;
  readonly setUp: SetUp;
  readonly trials: number;
  readonly seed: number;
  readonly quietMs?: number;
  /** Where stages come from and go to; by default the row has its own. */
  readonly stages?: SharedStages;
  /** Called after every trial; answering false ends the row. */
  readonly onTrial?: (row: Row, stage: SetStage['stage'] | undefined) => boolean | void;
}

const MOST_REPETITIONS = 4;

/**
 * Plays the trials of one fault in one set-up, one after another; a stage on which something was violated is
 * replaced by a fresh one.
 */
export async function playRow({
  fault,
  setUp,
  trials,
  seed,
  quietMs,
  stages = new SharedStages([]),
  onTrial = () => undefined,
}: RowOptions): Promise<Row> {
  const row = emptyRow(fault.name, setUp);
  let set: SetStage | undefined;
  const begunAt = performance.now();
  stages.begin({ fault, setUp });
  try {
    while (row.trials < trials) {
      const trial = row.trials;
      const trialSeed = seedOf(seed, fault.name, setUp, trial);
      row.trials += 1;
      try {
        set ??= await stages.take({ fault, setUp });
        const { violations, readyMs, restMs, late, measured } = await playUntilItBites(
          { set, fault, seed: trialSeed, trial, quietMs },
          row,
        );
        row.readyMs.push(readyMs);
        row.restMs.push(restMs);
        row.late.push(...late.map((each) => ({ trial: row.trials, seed: trialSeed, ...each })));
        for (const [what, ms] of measured) (row.measured[what] ??= []).push(ms);
        // A planted bug is looked for with a limit of its own, and its violations are no riddle.
        const evidence =
          violations.length > 0 && quietMs === undefined ? await evidenceOf(set.stage, violations) : [];
        if (violations.length > 0)
          row.failures.push({ trial: row.trials, seed: trialSeed, violations, evidence });
        for (const invariant of new Set(violations.map((violation) => violation.invariant)))
          row.violated[invariant] += 1;
      } catch (error) {
        // The rig itself could not go on, or the application did not start.
        const violations = [{ invariant: 'I7', what: (error as Error).message }] as const;
        row.failures.push({ trial: row.trials, seed: trialSeed, violations, evidence: [] });
        row.violated.I7 += 1;
      }
      const goesOn = onTrial(row, set?.stage) !== false;
      if (set) set.trials += 1;
      const failed = row.failures.at(-1)?.trial === row.trials;
      if (set && (failed || set.trials >= (fault.trialsPerStage ?? TRIALS_PER_STAGE))) {
        await set.stage.clear();
        set = undefined;
      }
      if (!goesOn) break;
    }
    return row;
  } finally {
    row.seconds = (performance.now() - begunAt) / 1_000;
    await stages.end({ fault, setUp }, set);
  }
}

/** A fault that hits nothing five times in a row is one that cannot be relied on. */
async function playUntilItBites(options: TrialOptions, row: Row): Promise<TrialResult> {
  for (let attempt = 0; ; attempt += 1) {
    const result = await playTrial({ ...options, attempt, seed: options.seed + 2 * attempt });
    if (!result.missed) return result;
    if (attempt === MOST_REPETITIONS || result.violations.length > 0)
      return {
        ...result,
        violations: [...result.violations, { invariant: 'I7', what: result.missed.message }],
      };
    row.playedAgain += 1;
  }
}

/** Of each trial its own, so that leaving out other faults does not change it. */
const seedOf = (seed: number, ...parts: (string | number)[]): number =>
  createHash('sha256')
    .update([seed, ...parts].join(' '))
    .digest()
    .readUInt32LE();
