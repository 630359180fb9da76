import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { backoff } from '../kernel/backoff';
import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import { abortableDelay } from '../kernel/abortable-delay';
import { WakeSignal } from '../kernel/wake-signal';
import type { Envelope, LogPosition } from '../messages/envelope';
import { comparePositions } from '../log/log-position';
import type { LogSource } from '../log/log-source';
import { Batches } from './batches';
import type { Consumer } from './consumer';
import { describeError } from '../kernel/describe-error';
import { FencedError, isContention, isTransient } from './failure';
import { covers, HeldLeases, touchedBy } from './held-leases';
import type { Lease } from './lease';
import { LoneFailure } from './lone-failure';
import { LOCK_WAIT_MS, type Patience, PATIENCE } from './patience';
import { PositionStore } from './position-store';
import { RetryQueue } from './retry-queue';
import { RunningBatches } from './running-batches';
import { type BatchAssignment, assignBatches } from './batch-assignment';

const BACKOFF = { firstMs: 20, longestMs: 5_000, jitter: 'full' } as const;
const IDLE_MS = 1_000;
/** Messages looked at together at least: a subscription may want few of those that a log holds. */
const SMALLEST_PAGE = 500;
/**
 * So many messages may begin while others are being handled, and so many transactions run then. More of them
 * wait and share a transaction, which costs less than one for each.
 */
const FEW_MESSAGES = 4;
const FEW_TRANSACTIONS = 3;
/** After transactions side by side failed, they may have been in each other's way. */
const ALONE_MS = 30_000;
/** After a message waited too long for a lock, batches do not wait longer than that either. */
const CAUTIOUS_MS = 30_000;
/** Failures in a row after which a subscription says that it cannot go on; said again after as many more. */
const SAID_AFTER = 3;
const SAID_EVERY = 20;

/**
 * Works off one log for one subscription, in the lane groups that this process holds leases of. A batch's
 * effects, its messages and its positions commit together. Batches of different lane groups run side by side:
 * several at once with a backlog, and without one a message does not wait for the commit of another lane
 * group's.
 */
export class SubscriptionWorker {
  private readonly logger: Logger;
  private readonly leases: HeldLeases;
  private readonly retries: RetryQueue;
  private readonly batches: Batches;
  private readonly running = new RunningBatches(() => this.wake.raise());
  private isPaused = false;
  private readonly wake = new WakeSignal();
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;
  private readonly ignoreGrowth: () => void;
  private failures = 0;
  private aloneUntil = 0;
  private cautiousUntil = 0;
  private isStalled = false;

  constructor(
    readonly consumer: Consumer,
    readonly reader: LogSource,
    private readonly work: UnitOfWork,
    leaseMs: number,
    /** Reads the leases of this worker again, after a failure left it unsure where the positions stand. */
    private readonly reloadLeases: (worker: SubscriptionWorker) => Promise<void>,
    /** How many connections the module can do without right now. */
    private readonly spareConnections: () => number,
    patience: Patience = PATIENCE,
  ) {
    const { name } = consumer.definition;
    this.logger = new Logger(name);
    this.leases = new HeldLeases(consumer.module, name, reader.log, work, leaseMs);
    this.retries = new RetryQueue(consumer, reader.log, work, this.leases, patience, () => this.wake.raise());
    this.batches = new Batches(consumer, work, this.leases, this.retries, new LoneFailure(patience));
    this.ignoreGrowth = reader.onGrowth(() => this.wake.raise());
  }

  start(): void {
    this.loop ??= this.run();
  }

  /** Finishes the batches that run and handles nothing more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.ignoreGrowth();
    this.retries.stop();
    this.wake.raise();
    await this.loop;
  }

  /** What this process holds now. Leases that went on keep what was read beyond their stored position. */
  hold(leases: Lease[], paused: boolean): void {
    if (this.leases.hold(leases)) this.retries.forget();
    this.isPaused = paused;
    this.wake.raise();
  }

  /** Forgets what was read and not stored: positions are taken as stored. */
  holdAsStored(leases: Lease[]): void {
    this.leases.holdAsStored(leases);
    this.retries.forget();
  }

  /**
   * False when the server has recovered since positions were read that are not stored: they may be those of
   * ticks that are gone.
   */
  isOfThisLife(): boolean {
    return this.leases.isOfThisLife();
  }

  get currentLeases(): readonly Lease[] {
    return this.leases.current;
  }

  /**
   * Says that deferred messages may be due: an operator asked for a redrive, or a lease came over with some.
   */
  retrySoon(): void {
    this.retries.retrySoon();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      if (this.isPaused || this.leases.current.length === 0) {
        await this.wake.sleep(IDLE_MS);
        continue;
      }
      try {
        this.leases.checkLife();
        if (this.running.hasFailed) await this.settle();
        const retried = await this.retryHeld();
        const begun = await this.handleNext();
        if (this.isStalled && this.failures === 0) await this.sayThatItGoesOn();
        if (!retried && !begun) await this.wake.sleep(IDLE_MS);
      } catch (error) {
        await this.recover(error);
      }
    }
    await this.running.end();
  }

  private async recover(error: unknown): Promise<void> {
    // What failed beside it is read again from the stored positions.
    await this.running.end();
    this.failures += 1;
    if (!isTransient(error)) this.logger.error(`Cannot go on and tries again: ${(error as Error).stack}`);
    else if (this.failures === SAID_AFTER)
      this.logger.warn(
        `It cannot go on for a reason outside of it (${(error as Error).message}), and does as soon as that is over.`,
      );
    if (this.failures % SAID_EVERY === SAID_AFTER) await this.sayThatItIsStalled(error);
    await abortableDelay(backoff(this.failures, BACKOFF), this.stopping.signal);
    // A lost connection leaves it open whether the commit went through. The stored positions tell.
    await this.reloadLeases(this).catch(() => undefined);
    this.retries.retrySoon();
  }

  /** A database that is away cannot be told, and its own state says enough. */
  private async sayThatItIsStalled(error: unknown): Promise<void> {
    this.isStalled = true;
    await this.noteStall(describeError(error)).catch(() => undefined);
  }

  private async sayThatItGoesOn(): Promise<void> {
    await this.noteStall(null);
    this.isStalled = false;
  }

  private noteStall(error: string | null): Promise<void> {
    const place = { subscription: this.consumer.definition.name, log: this.reader.log };
    return this.work.read(this.consumer.module, () =>
      new PositionStore(this.work.manager).noteStall(place, error),
    );
  }

  /** Held messages are retried while no batch runs, so that what fails fails by itself. */
  private async retryHeld(): Promise<boolean> {
    if (!this.retries.mayBeDue) return false;
    await this.settle();
    return this.retries.retry(this.stopping.signal);
  }

  /**
   * Begins with the next messages of the idle lane groups that stand furthest back. False when there is
   * nothing to begin with.
   */
  private async handleNext(): Promise<boolean> {
    if (!this.retries.isSure) return true;
    const idle = this.leases.current.filter((lease) => !this.running.has(lease));
    // The end of a batch raises the wake.
    if (idle.length === 0 || !this.mayBeginBeside()) return this.running.hasFailed;
    const front = idle.map((lease) => lease.scanned).reduce((a, b) => (comparePositions(a, b) <= 0 ? a : b));
    const atFront = idle.filter((lease) => comparePositions(lease.scanned, front) === 0);
    const ahead = idle
      .filter((lease) => comparePositions(lease.scanned, front) > 0)
      .map((lease) => lease.scanned);
    const bound =
      ahead.length > 0 ? ahead.reduce((a, b) => (comparePositions(a, b) <= 0 ? a : b)) : undefined;

    const most = this.mostSideBySide(atFront.length);
    const limit = Math.max(this.batchSize() * (most + 1), SMALLEST_PAGE);
    const page = await this.reader.read(front, limit, this.work.serverSince(this.consumer.module));
    this.leases.readAt(page.asOf);
    const end = bound && comparePositions(page.end, bound) > 0 ? bound : page.end;
    if (comparePositions(end, front) <= 0) {
      this.failures = 0;
      return false;
    }

    const within =
      end === page.end ? () => true : (message: Envelope) => comparePositions(message.position, end) <= 0;
    const messages = page.messages.filter((message) => within(message) && this.wants(message, atFront));
    if (messages.length > FEW_MESSAGES && this.running.count > 0) {
      await this.settle();
      return true;
    }
    this.begin(
      messages,
      atFront,
      end,
      this.running.count > 0 ? Math.min(most, FEW_TRANSACTIONS - this.running.count) : most,
    );
    // With a backlog, and after a failure, the next batch waits for what becomes of this one.
    if (messages.length > FEW_MESSAGES || this.isAlone()) await this.settle();
    // Until the pool has handed its connection out, a batch counts as waiting for one.
    else await nextTurn();
    // Reading past what others want is no success: the message that failed may be another lane group's.
    if (messages.length > 0) this.failures = 0;
    return true;
  }

  /**
   * Deals out as many messages as make about a full batch for each transaction, and moves the lane groups up
   * to the last of them.
   */
  private begin(
    messages: readonly Envelope[],
    leases: readonly Lease[],
    pageEnd: LogPosition,
    most: number,
  ): void {
    const transactions = Math.max(1, Math.min(most, Math.round(messages.length / this.batchSize())));
    const { shares, end = pageEnd } = assignBatches(messages, leases, transactions, this.batchSize());
    const lockWaitMs = performance.now() < this.cautiousUntil ? LOCK_WAIT_MS : undefined;
    const busy = shares.map((assigned) => this.beginBatch(assigned, end, lockWaitMs));
    for (const lease of leases) if (!busy.some((touched) => touched.includes(lease))) lease.scanned = end;
  }

  private beginBatch(assigned: BatchAssignment, end: LogPosition, lockWaitMs?: number): Lease[] {
    const touched = touchedBy(assigned.messages, assigned.leases);
    const batch = { messages: assigned.messages, leases: touched, end };
    this.running.begin(batch, () => this.batches.handle(assigned.messages, touched, end, lockWaitMs));
    return touched;
  }

  /**
   * Waits until no batch runs. What failed is handled message by message, where the failure can be a
   * message's own.
   */
  private async settle(): Promise<void> {
    const failed = await this.running.end();
    if (failed.length === 0) return;
    const fenced = failed.find(({ error }) => error instanceof FencedError);
    if (fenced) throw fenced.error;
    const everyones = failed.find(({ error }) => isTransient(error) && !isContention(error));
    if (everyones) {
      const [message, ...others] = failed.flatMap(({ messages }) => messages);
      const wasAlone = failed.length === 1 && everyones.wasAlone;
      if (!wasAlone) this.aloneUntil = performance.now() + ALONE_MS;
      if (!wasAlone || others.length > 0 || !this.batches.mayDefer(message, everyones.error))
        throw everyones.error;
      await this.batches.defer(message, everyones.leases, everyones.error);
    } else {
      if (failed.some(({ error }) => isContention(error)))
        this.cautiousUntil = performance.now() + CAUTIOUS_MS;
      // Nothing runs beside them any more, so that whatever fails now is the message's own fault.
      for (const { messages, leases } of failed)
        for (const message of messages) await this.batches.handleAlone(message, leases);
    }
    for (const { leases, end } of failed) for (const lease of leases) lease.scanned = end;
  }

  /** Whether another batch may begin while some run. */
  private mayBeginBeside(): boolean {
    if (this.running.count === 0) return true;
    return !this.isAlone() && this.running.count < FEW_TRANSACTIONS && this.spareConnections() > 0;
  }

  private mostSideBySide(laneGroups: number): number {
    return this.isAlone() ? 1 : Math.max(1, Math.min(laneGroups, this.spareConnections()));
  }

  private isAlone(): boolean {
    return this.failures > 0 || performance.now() < this.aloneUntil;
  }

  /** Smaller after transient failures: a deadlock or a timeout is less likely with fewer messages. */
  private batchSize(): number {
    return Math.max(1, Math.floor(this.consumer.definition.batchSize / 2 ** this.failures));
  }

  private wants(message: Envelope, leases: readonly Lease[]): boolean {
    return this.consumer.contracts.has(message.type) && leases.some((lease) => covers(lease, message.lane));
  }
}
