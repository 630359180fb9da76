/** One thing that a start does and that may take long. */
export interface StartStep {
  /** What is waited for, as in "still waiting for ...". */
  readonly what: string;
  readonly limitMs: number;
  /** What to do when it takes longer than that. */
  readonly wayOut: string;
}

/**
 * A step took longer than its limit. The work itself may go on: a call into the system cannot be taken back.
 */
export class StartStepTooSlow extends Error {}

/** A signal stopped the process before it had started. */
export class StartInterrupted extends Error {
  constructor() {
    super('The start was interrupted.');
  }
}

const SLOW_AFTER_MS = 3_000;
const AGAIN_AFTER_MS = 15_000;
/** The usual limit of what takes milliseconds on a file system that answers. */
export const FILES_LIMIT_MS = 60_000;

const running: StartStep[] = [];
let interrupted = false;

/** What this process's start waits for just now. */
export const currentStep = (): string | undefined => running.at(-1)?.what;

/** Keeps the start from going on once the step that runs has ended. */
export function interruptStart(): void {
  interrupted = true;
}

/**
 * Between two steps, where what was started so far can be stopped again: throws when the process was
 * signalled to stop.
 */
export function throwIfInterrupted(): void {
  if (interrupted) throw new StartInterrupted();
}

/**
 * Does one step: says what it waits for when that takes longer than a few seconds, and gives up with
 * `StartStepTooSlow` at its limit.
 */
export async function startStep<T>(
  step: StartStep,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const begun = performance.now();
  const seconds = (): number => Math.round((performance.now() - begun) / 1_000);
  const say = (): void =>
    log(`still waiting for ${step.what} (${seconds()} s of at most ${Math.round(step.limitMs / 1_000)}) ...`);
  let again: NodeJS.Timeout | undefined;
  const slow = setTimeout(() => {
    say();
    again = setInterval(say, AGAIN_AFTER_MS);
  }, SLOW_AFTER_MS);
  let limit: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_, reject) => {
    const message = `The start gave up after ${Math.round(step.limitMs / 1_000)} seconds of waiting for ${step.what}. ${step.wayOut}`;
    limit = setTimeout(() => reject(new StartStepTooSlow(message)), step.limitMs);
  });
  running.push(step);
  try {
    return await Promise.race([work(), tooSlow]);
  } finally {
    running.splice(running.lastIndexOf(step), 1);
    clearTimeout(slow);
    clearInterval(again);
    clearTimeout(limit);
  }
}

const TIDYING_MS = 5_000;

/**
 * Waits for what tidies up behind a step, but not for ever: where the step hung, so may this, and its error
 * has to be told.
 */
export async function tidied(work: Promise<unknown>): Promise<void> {
  let enough: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => (enough = setTimeout(resolve, TIDYING_MS)));
  await Promise.race([work.catch(() => undefined), patience]);
  clearTimeout(enough);
}
