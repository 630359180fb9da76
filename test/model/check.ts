import { relative } from 'node:path';
import fc from 'fast-check';

/** The time limit of a test: high enough for as many runs as MODEL_RUNS asks for. */
export const AS_LONG_AS_IT_TAKES = 24 * 60 * 60_000;

/**
 * Rounds in which everything has to be come across; chance may keep one thing from a round, but not from this
 * many.
 */
const MOST_ROUNDS = 10;

export interface Aim {
  /** Unless MODEL_RUNS says otherwise. */
  runs: number;
  /**
   * What the runs come across, and what they have to: a test that never gets somewhere proves nothing about
   * it.
   */
  seen: ReadonlySet<string>;
  everything: readonly string[];
}

/**
 * Tries a property with random sequences, with a new seed each time unless MODEL_SEED names one. Fails with
 * the shortest sequence found that breaks it, its seed, and how to repeat it. Unless MODEL_RUNS or MODEL_SEED
 * is set, it goes on until everything was seen, and fails when that does not come about, or when something
 * unknown was seen.
 */
export async function holds<T>(
  property: fc.IAsyncProperty<T>,
  { runs, seen, everything }: Aim,
): Promise<void> {
  const asked = modelSettings(process.env);
  await round(property, asked.runs ?? runs, asked.seed);
  if (asked.runs !== undefined || asked.seed !== undefined) return;
  for (let rounds = 1; rounds < MOST_ROUNDS && everything.some((what) => !seen.has(what)); rounds += 1)
    await round(property, runs);
  expect([...seen].sort()).toEqual([...everything].sort());
}

async function round<T>(property: fc.IAsyncProperty<T>, numRuns: number, seed?: number): Promise<void> {
  const outcome = await fc.check(property, { numRuns, ...(seed !== undefined && { seed }) });
  if (!outcome.failed) return;
  const { testPath, currentTestName } = expect.getState();
  const again = `MODEL_SEED=${outcome.seed} MODEL_RUNS=${outcome.numRuns} npx jest ${relative(process.cwd(), testPath ?? '')} -t '${currentTestName}'`;
  const why =
    outcome.errorInstance instanceof Error ? outcome.errorInstance.message : String(outcome.errorInstance);
  throw new Error(`${await fc.asyncDefaultReportMessage(outcome)}\n\n${why}\n\nRepeat it with: ${again}`);
}

/** How often, and from which seed. */
function modelSettings(env: NodeJS.ProcessEnv): { runs?: number; seed?: number } {
  return {
    runs: wholeNumber(env, 'MODEL_RUNS', 1),
    seed: wholeNumber(env, 'MODEL_SEED', Number.MIN_SAFE_INTEGER),
  };
}

function wholeNumber(env: NodeJS.ProcessEnv, name: string, min: number): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < min)
    throw new Error(
      `${name} is "${text}": write a whole number${min > 0 ? ` from ${min}` : ''}, or leave it out.`,
    );
  return value;
}
