import { Logger } from '@nestjs/common';
import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import { failpoint } from '../kernel/failpoints';
import type { Envelope } from '../messages/envelope';
import { UnknownVersion } from '../messages/read-message';
import type { Consumer } from './consumer';
import { deliver } from './deliver';
import { describeError } from '../kernel/describe-error';
import { FencedError, isConflict, isContention, isTransient } from './failure';
import type { HeldLeases } from './held-leases';
import { type DeferredFailure, DeferredMessages } from './deferred-messages';
import type { Lease } from './lease';
import { LOCK_WAIT_MS, type Patience } from './patience';
import { type FailedBefore, retryDecision } from './retry-decision';

/** How soon keys with deferred messages are looked at again. */
const LOOK_MS = 1_000;
/** Held messages are tried again for so long before new ones have their turn. */
const SLICE_MS = 250;

/** The keys of one subscription and log that are set aside, and when they are tried again. */
export class RetryQueue {
  private readonly logger: Logger;
  private readonly messages: DeferredMessages;
  private keys = new Set<string>();
  private isDue = true;
  /** Leases have come, and which messages of their lanes are deferred is not known. */
  private isUnsure = true;
  private timer: NodeJS.Timeout | undefined;
  private timerAt = 0;
  private count = 0;
  /** By key: how many messages had been handled when it last failed with a transient error. */
  private readonly handledBefore = new Map<string, number>();

  constructor(
    private readonly consumer: Consumer,
    log: string,
    private readonly work: UnitOfWork,
    private readonly leases: HeldLeases,
    private readonly patience: Patience,
    /** Called when deferred messages may be due. */
    private readonly wake: () => void,
  ) {
    this.logger = new Logger(consumer.definition.name);
    this.messages = new DeferredMessages(consumer.definition.name, log, consumer.contracts);
  }

  /**
   * False while it is not known which keys are set aside: a key that another process has set aside must not
   * be passed by.
   */
  get isSure(): boolean {
    return !this.isUnsure;
  }

  /** Messages handled so far. */
  get handled(): number {
    return this.count;
  }

  get mayBeDue(): boolean {
    return this.isDue || this.isUnsure;
  }

  noteHandled(messages: number): void {
    this.count += messages;
  }

  isDeferred(key: string): boolean {
    return this.keys.has(key);
  }

  /** Leases have come: which keys are set aside is read again before anything else. */
  forget(): void {
    this.isUnsure = true;
  }

  retrySoon(): void {
    this.isDue = true;
    this.wake();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** In the unit of work of its batch: a message lines up behind an earlier one of its key. */
  async deferBehind(message: Envelope): Promise<void> {
    await this.messages.defer(this.work.manager, message);
  }

  /** Stores a failed message, in a transaction in which `move` takes its lane group past it. */
  async defer(message: Envelope, error: unknown, move: () => Promise<void>): Promise<void> {
    const failure = this.failureOf(message, error);
    await this.work.run(this.consumer.module, async () => {
      await move();
      await this.messages.defer(this.work.manager, message, failure);
      failpoint('message.held');
    });
    this.keys.add(message.subject);
    this.report(message, failure, error);
  }

  /**
   * Tries deferred messages that are due, each key in order, for a while; then new ones have their turn.
   * False when none was due.
   */
  async retry(stop: AbortSignal): Promise<boolean> {
    this.isDue = this.isUnsure = false;
    const due = await this.work
      .read(this.consumer.module, async () => {
        this.keys = new Set(await this.messages.keys(this.work.manager));
        return this.keys.size > 0 ? this.messages.dueKeys(this.work.manager, this.leases.current) : [];
      })
      .catch((error: unknown) => {
        this.isUnsure = true;
        throw error;
      });
    for (const key of this.handledBefore.keys()) if (!this.keys.has(key)) this.handledBefore.delete(key);
    const until = performance.now() + SLICE_MS;
    for (const [index, { key, lane }] of due.entries()) {
      const lease = this.leases.ofLane(lane);
      if (stop.aborted || (index > 0 && performance.now() > until)) {
        this.isDue = true;
        break;
      }
      if (lease) await this.drain(key, lease, until, stop);
    }
    if (this.keys.size > 0) this.retryIn(LOOK_MS);
    return due.length > 0;
  }

  private async drain(key: string, lease: Lease, until: number, stop: AbortSignal): Promise<void> {
    for (let count = 0; ; count += 1) {
      if (stop.aborted || (count > 0 && performance.now() > until)) {
        this.isDue = true;
        return;
      }
      const first = await this.work.read(this.consumer.module, () =>
        this.messages.first(this.work.manager, key),
      );
      if (!first) {
        this.keys.delete(key);
        return;
      }
      if (!first.due) return;
      try {
        await this.holding(lease, async () => {
          if (!(await this.messages.release(this.work.manager, first.envelope))) return;
          failpoint('message.released');
          await this.work.limitLockWait(LOCK_WAIT_MS);
          await deliver(this.consumer, [first.envelope]);
        });
        this.count += 1;
      } catch (error) {
        if (error instanceof FencedError) throw error;
        // Whatever the failure is, it is this key's as long as it can be written down; it cannot while the
        // database is away.
        const failure = this.failureOf(first.envelope, error, first);
        await this.holding(lease, () =>
          this.messages.failedAgain(this.work.manager, first.envelope, failure),
        );
        this.report(first.envelope, failure, error);
        return;
      }
    }
  }

  /** A unit of work that leaves a lane group where it is, and in which no other process can move it. */
  private async holding(lease: Lease, task: () => Promise<void>): Promise<void> {
    const { scanned } = lease;
    await this.work.run(this.consumer.module, async () => {
      await this.leases.move([lease], scanned);
      await task();
    });
    lease.stored = scanned;
  }

  /**
   * What is stored of a failure. A transient one counts where it is known to be this message's own, or others
   * were handled meanwhile.
   */
  private failureOf(message: Envelope, error: unknown, before?: FailedBefore): DeferredFailure {
    const handledBefore = this.handledBefore.get(message.subject);
    const isOwn =
      isContention(error) || isConflict(error) || (handledBefore !== undefined && handledBefore < this.count);
    if (isTransient(error)) this.handledBefore.set(message.subject, this.count);
    const limits = { maxAttempts: this.consumer.definition.maxAttempts, patience: this.patience };
    return {
      ...retryDecision(error, limits, before, isOwn),
      error: describeError(error),
      ...(error instanceof UnknownVersion && { wantsVersion: error.readableSince }),
    };
  }

  private report(message: Envelope, { state, retryInMs }: DeferredFailure, error: unknown): void {
    const what = `${message.type} ${message.id}: ${(error as Error).message}`;
    if (state === 'parked') this.logger.error(`Parked ${what}`);
    else this.logger.warn(`Will try again ${what}`);
    if (retryInMs !== null) this.retryIn(retryInMs);
  }

  private retryIn(milliseconds: number): void {
    const at = performance.now() + milliseconds + 1;
    if (this.timer && this.timerAt <= at) return;
    clearTimeout(this.timer);
    this.timerAt = at;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.retrySoon();
    }, milliseconds + 1).unref();
  }
}
