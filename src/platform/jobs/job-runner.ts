import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { describeError } from '../kernel/describe-error';
import { failpoint } from '../kernel/failpoints';
import { withMessageContext } from '../messages/message-context';
import { isTransient } from '../subscriptions/failure';
import { PATIENCE } from '../subscriptions/patience';
import type { JobCompletion } from './job-completion';
import type { DurableJob, JobDefinition } from './job-handler';
import type { ClaimedJob, JobTable } from './job-table';
import { retryDelay } from './retry-delay';
import { WakeSignal } from '../kernel/wake-signal';

export interface RegisteredJob {
  definition: JobDefinition;
  handler: DurableJob<object, unknown>;
}

const IDLE_FROM_MS = 250;
const IDLE_TO_MS = 5_000;
/** What a claim outlasts the deadline of `perform` by: the time to record the result. */
const RECORDING_MS = 10_000;
/** How long a process that stops waits for attempts under way. */
const STOP_WITHIN_MS = 5_000;
/** How often it looks for jobs that a killed process left behind. */
const ABANDONED_EVERY_MS = 1_000;

/**
 * Performs the jobs of one module: claims what is due, calls the handler outside any transaction, records the
 * result. Never throws; when the database is away it waits for it. What it cannot record, the next claim
 * performs again.
 */
export class JobRunner {
  private readonly logger = new Logger(JobRunner.name);
  private readonly wake = new WakeSignal();
  private readonly registered: ReadonlyMap<string, RegisteredJob>;
  private readonly running = new Map<string, number>();
  private readonly active = new Set<Promise<void>>();
  private stopping = false;
  private backlog = false;
  private loop: Promise<void> = Promise.resolve();
  private rescue: Promise<void> = Promise.resolve();
  private rescueTimer: NodeJS.Timeout | undefined;
  private readonly interruption = new AbortController();

  constructor(
    private readonly module: string,
    jobs: readonly RegisteredJob[],
    private readonly table: JobTable,
    private readonly completion: JobCompletion,
    private readonly recordingMs = RECORDING_MS,
    private readonly stopWithinMs = STOP_WITHIN_MS,
  ) {
    this.registered = new Map(
      jobs.map((job) => [job.definition.type, { ...job, definition: withOwnLimits(job) }]),
    );
    setMaxListeners(0, this.interruption.signal);
  }

  start(): void {
    this.loop = this.run();
    this.rescueAbandoned();
  }

  /** Something is due in so many milliseconds. */
  notify(inMs = 0): void {
    this.wake.raiseIn(inMs);
  }

  /**
   * Claims nothing more and resolves when what runs has finished. Attempts that take longer than a process
   * may to stop are given back: the next process asks the outside again, with the same key.
   */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake.raise();
    const interrupting = setTimeout(() => this.interruption.abort(new Interrupted()), this.stopWithinMs);
    clearTimeout(this.rescueTimer);
    await this.rescue;
    await this.loop;
    await Promise.all(this.active);
    clearTimeout(interrupting);
  }

  private async run(): Promise<void> {
    let idleMs = IDLE_FROM_MS;
    while (!this.stopping) {
      const claimed = await this.claim();
      for (const job of claimed) this.begin(job);
      idleMs = claimed.length > 0 ? IDLE_FROM_MS : Math.min(idleMs * 2, IDLE_TO_MS);
      if (!this.stopping) await this.wake.sleep(idleMs);
    }
  }

  private rescueAbandoned(): void {
    if (this.stopping) return;
    this.rescue = this.table
      .releaseAbandoned()
      .then(
        (released) => void (released > 0 && this.wake.raise()),
        () => undefined, // the claim says that the database is away
      )
      .finally(
        () => (this.rescueTimer = setTimeout(() => this.rescueAbandoned(), ABANDONED_EVERY_MS).unref()),
      );
  }

  private async claim(): Promise<ClaimedJob[]> {
    const wanted = [...this.registered.values()]
      .map(({ definition }) => ({
        type: definition.type,
        free: definition.concurrency - (this.running.get(definition.type) ?? 0),
        lockMs: definition.timeoutMs + this.recordingMs,
      }))
      .filter(({ free }) => free > 0);
    if (wanted.length === 0) return [];
    try {
      const claimed = await this.table.claim(wanted);
      if (claimed.length > 0) failpoint('job.claimed');
      this.backlog = wanted.some(
        ({ type, free }) => claimed.filter((job) => job.type === type).length === free,
      );
      return claimed;
    } catch (error) {
      this.logger.warn(`The jobs of ${this.module} cannot be claimed now: ${describe(error)}`);
      return [];
    }
  }

  private begin(job: ClaimedJob): void {
    this.running.set(job.type, (this.running.get(job.type) ?? 0) + 1);
    const execution = this.execute(job).finally(() => {
      this.active.delete(execution);
      this.running.set(job.type, (this.running.get(job.type) ?? 1) - 1);
      if (this.backlog) this.wake.raise();
    });
    this.active.add(execution);
  }

  private async execute(job: ClaimedJob): Promise<void> {
    const { definition, handler } = this.registered.get(job.type) as RegisteredJob;
    const lockedUntil = performance.now() + definition.timeoutMs + this.recordingMs;
    let isPerformed = false;
    try {
      const result = await this.perform(job, definition, handler);
      isPerformed = true;
      failpoint('job.performed');
      await this.record(job, () => handler.complete(job.payload, result), lockedUntil, handler);
    } catch (error) {
      await this.fail(job, definition, error, isPerformed);
    }
  }

  private async perform(
    { idempotencyKey, attempt, payload, headers }: ClaimedJob,
    { timeoutMs }: JobDefinition,
    handler: RegisteredJob['handler'],
  ): Promise<unknown> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new Error(`No result within ${timeoutMs} ms.`)), timeoutMs);
    const signal = AbortSignal.any([deadline.signal, this.interruption.signal]);
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error)),
    );
    try {
      const performing = withMessageContext(headers, () =>
        handler.perform(payload, { idempotencyKey, attempt, signal }),
      );
      // The race is for handlers that do not heed their signal: what they still bring is dropped.
      return await Promise.race([performing, aborted]);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Keeps trying while the claim lasts: losing a result to a database restart would mean asking the outside
   * again.
   */
  private async record(
    job: ClaimedJob,
    complete: () => Promise<void>,
    lockedUntil: number,
    handler: RegisteredJob['handler'],
  ): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      try {
        const outcome = await this.completion.record(job, complete, handler);
        if (outcome === 'taken-over')
          this.logger.warn(
            `${job.type} ${job.idempotencyKey} was taken over by another claim; its result here is dropped.`,
          );
        return;
      } catch (error) {
        const waitMs = retryDelay(Math.min(failures, 4));
        if (!isTransient(error)) throw error;
        if (this.stopping || performance.now() + waitMs > lockedUntil) throw error;
        await delay(waitMs);
      }
    }
  }

  private async fail(
    job: ClaimedJob,
    { maxAttempts, longestRestMs }: JobDefinition,
    error: unknown,
    isOfRecording: boolean,
  ): Promise<void> {
    if (error instanceof Interrupted) return this.giveBack(job, error);
    // Outside of the database a common failure cannot be detected: what `perform` throws counts.
    const transient = isOfRecording && isTransient(error);
    const failures = transient ? job.transientFailures + 1 : job.failures + 1;
    const parks = transient
      ? failures >= PATIENCE.failures && job.failingForMs >= PATIENCE.failingForMs
      : failures >= maxAttempts;
    const delayMs = retryDelay(failures, longestRestMs);
    const text = describe(error);
    if (parks)
      this.logger.error(`${job.type} ${job.idempotencyKey} is parked after ${failures} failures: ${text}`);
    else {
      const count = transient ? 'its result could not be recorded' : `${failures} of ${maxAttempts}`;
      this.logger.warn(
        `${job.type} ${job.idempotencyKey} failed (${count}), again in ${delayMs} ms: ${text}`,
      );
    }
    try {
      await this.table.fail(job, text, parks ? 'park' : { delayMs }, transient);
      if (!parks) this.wake.raiseIn(delayMs);
    } catch (unrecorded) {
      this.logger.warn(
        `That could not be noted; the job is free again when its lock runs out: ${describe(unrecorded)}`,
      );
    }
  }

  /** Due at once for the next process, and without having used up an attempt. */
  private async giveBack(job: ClaimedJob, error: Interrupted): Promise<void> {
    await this.table.fail(job, error.message, { delayMs: 0 }, true).catch((unrecorded: unknown) => {
      this.logger.warn(
        `${job.type} ${job.idempotencyKey} is free again when its lock runs out: ${describe(unrecorded)}`,
      );
    });
  }
}

/** This process stops, and has not heard what the outside did. */
class Interrupted extends Error {
  constructor() {
    super('The process was told to stop before there was a result.');
  }
}

/** A handler that reads its limits from the settings knows them better than its decorator. */
function withOwnLimits({ definition, handler }: RegisteredJob): JobDefinition {
  const { concurrency, timeoutMs, longestRestMs } = handler;
  return {
    ...definition,
    ...(concurrency !== undefined && { concurrency }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(longestRestMs !== undefined && { longestRestMs }),
  };
}

const describe = (error: unknown): string =>
  describeError(error instanceof Error ? error.message || error.name : error);
