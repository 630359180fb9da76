import 'reflect-metadata';
import { Injectable } from '@nestjs/common';

export interface JobHandlerOptions {
  /**
   * How long `perform` may take before its signal aborts and the attempt counts as failed. Milliseconds,
   * default 5,000; a handler's own property of this name goes first, as for `concurrency` and
   * `longestRestMs`.
   */
  timeoutMs?: number;
  /**
   * Failed attempts before the job is parked for an operator. Default 25, which with the growing delays is
   * about 40 minutes.
   */
  maxAttempts?: number;
  /** Jobs of this type that one process performs side by side. Default 8. */
  concurrency?: number;
  /** The longest rest after a failed attempt. Milliseconds, default 300,000. */
  longestRestMs?: number;
}

export interface JobDefinition extends Required<JobHandlerOptions> {
  /** `<module>.<what-is-done>`; stored with each job. */
  type: string;
}

/** What `perform` receives besides its payload. */
export interface JobAttempt {
  /**
   * The same for every attempt, also after a crash: hand it to the outside, so that the effect happens once.
   */
  idempotencyKey: string;
  /** 1 for the first try. */
  attempt: number;
  /** Aborts at the deadline; what comes later is not used. */
  signal: AbortSignal;
}

/**
 * A side effect outside the database and what follows from it inside.
 * `perform` may run more than once and by more than one process, always with the same idempotency key;
 * `complete` takes effect exactly once.
 */
export interface DurableJob<Payload extends object, Result> {
  /** These go before the decorator's, for handlers that read them from the settings. */
  readonly concurrency?: number;
  readonly timeoutMs?: number;
  readonly longestRestMs?: number;
  /** Does the effect. Runs outside any unit of work: it must not use the database. */
  perform(payload: Payload, attempt: JobAttempt): Promise<Result>;
  /** Reads, for all jobs whose results are recorded together, what `complete` will need for each. */
  prefetch?(payloads: readonly Payload[]): Promise<void>;
  /** Records the result, in a unit of work of the handler's module that also ends the job. */
  complete(payload: Payload, result: Result): Promise<void>;
}

/**
 * Full jitter makes the rest half of it, as a rule: an outside that comes back is asked again within minutes.
 */
export const LONGEST_RETRY_DELAY_MS = 5 * 60_000;

const JOB = Symbol('seamline:job-handler');
const TYPE = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/;

/**
 * Registers a provider as the handler of one type of job. Renaming the type leaves stored jobs without a
 * handler.
 */
export const JobHandler =
  (type: string, options: JobHandlerOptions = {}): ClassDecorator =>
  (target) => {
    if (!TYPE.test(type))
      throw new Error(
        `${target.name}: "${type}" is no job type. Write <module>.<what-is-done> in lower case, as in "payments.authorise".`,
      );
    const definition: JobDefinition = {
      type,
      timeoutMs: options.timeoutMs ?? 5_000,
      maxAttempts: options.maxAttempts ?? 25,
      concurrency: options.concurrency ?? 8,
      longestRestMs: options.longestRestMs ?? LONGEST_RETRY_DELAY_MS,
    };
    Injectable()(target);
    Reflect.defineMetadata(JOB, definition, target);
  };

/** The job definition of a handler class, if it is one. */
export const jobDefinitionOf = (handlerClass: object | undefined): JobDefinition | undefined =>
  handlerClass && (Reflect.getMetadata(JOB, handlerClass) as JobDefinition | undefined);
