import { Logger } from '@nestjs/common';
import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import { failpoint } from '../kernel/failpoints';
import { abortableDelay } from '../kernel/abortable-delay';
import { WakeSignal } from '../kernel/wake-signal';
import type { Envelope, LogPosition } from '../messages/envelope';
import { comparePositions } from '../log/log-position';
import type { LogSource } from '../log/log-source';
import type { Consumer } from './consumer';
import { deliver } from './deliver';
import { backoff, FencedError, isConflict, isContention, isTransient, StaleRead } from './failure';
import { type FailedBefore, retryDecision } from './retry-decision';
import { type HeldFailure, HeldMessages } from './held-messages';
import type { Lease } from './lease';
import { limitLockWait } from '../database/limit-lock-wait';
import { LoneFailure } from './lone-failure';
import { movePositions } from './move-positions';
import { type Patience, PATIENCE } from './patience';
import { shareOut } from './share-out';
import { noteStall, stallIsOver } from './stall';

const LONGEST_ERROR = 2_000;
const IDLE_MS = 1_000;
/** Messages looked at together at least: a subscription may want few of those that a log holds. */
const SMALLEST_PAGE = 500;
/** After transactions side by side failed, they may have been in each other's way. */
const ALONE_MS = 30_000;
/** How long a statement of a message waits for a lock where others would wait for it: when it is handled alone or again. */
const LOCK_WAIT_MS = 500;
/** After a message waited too long for a lock, batches do not wait longer than that either. */
const CAUTIOUS_MS = 30_000;
/** Held messages are tried again for so long before new ones have their turn. */
const RETRY_SLICE_MS = 250;
/** Failures in a row after which a subscription says that it cannot go on; said again after as many more. */
const SAID_AFTER = 3;
const SAID_EVERY = 20;

/**
 * Works off one log for one subscription, in the lane groups that this process holds leases of, in one loop. A batch's effects,
 * its messages and its positions commit together; with a backlog, several batches of different lane groups run side by side.
 */
export class SubscriptionWorker {
  private readonly logger: Logger;
  private readonly held: HeldMessages;
  private leases: Lease[] = [];
  /** Of what was read beyond the stored positions, the page that was read first: its `asOf`. */
  private readAsOf = Number.POSITIVE_INFINITY;
  private heldSubjects = new Set<string>();
  private retryDue = true;
  private retryTimer: NodeJS.Timeout | undefined;
  private retryAt = 0;
  private paused = false;
  private readonly wake = new WakeSignal();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private readonly ignoreGrowth: () => void;
  private failures = 0;
  private aloneUntil = 0;
  private cautiousUntil = 0;
  private isStalled = false;
  /** Leases have come, and what is held of their lanes is not known. */
  private isUnsure = true;
  /** Messages handled so far. */
  private handled = 0;
  /** By key: how many messages had been handled when it last failed with a transient error. */
  private readonly handledBefore = new Map<string, number>();
  private readonly lone: LoneFailure;

  constructor(
    readonly consumer: Consumer,
    readonly reader: LogSource,
    private readonly work: UnitOfWork,
    private readonly leaseMs: number,
    /** Reads the leases of this worker again, after a failure left it unsure where the positions stand. */
    private readonly reloadLeases: (worker: SubscriptionWorker) => Promise<void>,
    /** How many connections the module can do without right now. */
    private readonly spareConnections: () => number,
    private readonly patience: Patience = PATIENCE,
  ) {
    this.lone = new LoneFailure(patience);
    this.logger = new Logger(consumer.definition.name);
    this.held = new HeldMessages(consumer.definition.name, reader.log);
    this.ignoreGrowth = reader.onGrowth(() => this.wake.raise());
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Finishes the batches that run and handles nothing more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.ignoreGrowth();
    clearTimeout(this.retryTimer);
    this.wake.raise();
    await this.running;
  }

  /** What this process holds now. Leases that went on keep what was read beyond their stored position. */
  hold(leases: Lease[], paused: boolean): void {
    const before = this.leases;
    this.leases = leases.map(
      (lease) => before.find((known) => known.laneGroup === lease.laneGroup && known.epoch === lease.epoch) ?? lease,
    );
    if (this.leases.some((lease) => !before.includes(lease))) this.isUnsure = true;
    this.paused = paused;
    this.wake.raise();
  }

  /** Forgets what was read and not stored: positions are taken as stored. */
  holdAsStored(leases: Lease[]): void {
    this.leases = leases;
    this.isUnsure = true;
    this.readAsOf = Number.POSITIVE_INFINITY;
  }

  /** False when the server has recovered since positions were read that are not stored: they may be those of ticks that are gone. */
  isOfThisLife(): boolean {
    return this.work.serverSince(this.consumer.module) <= this.readAsOf;
  }

  get currentLeases(): readonly Lease[] {
    return this.leases;
  }

  /** Says that held messages may be due: an operator asked for a redrive, or a lease came over with some. */
  retrySoon(): void {
    this.retryDue = true;
    this.wake.raise();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      if (this.paused || this.leases.length === 0) {
        await this.wake.sleep(IDLE_MS);
        continue;
      }
      try {
        if (!this.isOfThisLife()) throw new StaleRead(this.consumer.definition.name, this.reader.log);
        const retried = await this.retryHeld();
        const handled = await this.handleNext();
        this.failures = 0;
        if (this.isStalled) await this.sayThatItGoesOn();
        if (!retried && !handled) await this.wake.sleep(IDLE_MS);
      } catch (error) {
        await this.recover(error);
      }
    }
  }

  private async recover(error: unknown): Promise<void> {
    this.failures += 1;
    if (!isTransient(error)) this.logger.error(`Cannot go on and tries again: ${(error as Error).stack}`);
    else if (this.failures === SAID_AFTER)
      this.logger.warn(`It cannot go on for a reason outside of it (${(error as Error).message}), and does as soon as that is over.`);
    if (this.failures % SAID_EVERY === SAID_AFTER) await this.sayThatItIsStalled(error);
    await abortableDelay(backoff(this.failures, 10, 5_000), this.stopping.signal);
    // After a lost connection nobody knows whether the commit went through: only the stored positions do.
    await this.reloadLeases(this).catch(() => undefined);
    this.retryDue = true;
  }

  /** A database that is away cannot be told, and its own state says enough. */
  private async sayThatItIsStalled(error: unknown): Promise<void> {
    this.isStalled = true;
    await this.work
      .read(this.consumer.module, () => noteStall(this.work.manager, this.consumer.definition.name, this.reader.log, describe(error)))
      .catch(() => undefined);
  }

  private async sayThatItGoesOn(): Promise<void> {
    await this.work.read(this.consumer.module, () => stallIsOver(this.work.manager, this.consumer.definition.name, this.reader.log));
    this.isStalled = false;
  }

  /** Handles the next messages of the lane groups that stand furthest back. False when there is nothing to read. */
  private async handleNext(): Promise<boolean> {
    // A key that another process has set aside must not be passed by.
    if (this.isUnsure || this.leases.length === 0) return this.isUnsure;
    const front = this.leases.map((lease) => lease.scanned).reduce((a, b) => (comparePositions(a, b) <= 0 ? a : b));
    const atFront = this.leases.filter((lease) => comparePositions(lease.scanned, front) === 0);
    const ahead = this.leases.filter((lease) => comparePositions(lease.scanned, front) > 0).map((lease) => lease.scanned);
    const bound = ahead.length > 0 ? ahead.reduce((a, b) => (comparePositions(a, b) <= 0 ? a : b)) : undefined;

    const most = this.mostSideBySide(atFront.length);
    const limit = Math.max(this.batchSize() * (most + 1), SMALLEST_PAGE);
    const page = await this.reader.read(front, limit, this.work.serverSince(this.consumer.module));
    this.readAsOf = Math.min(this.readAsOf, page.asOf ?? Number.POSITIVE_INFINITY);
    const end = bound && comparePositions(page.end, bound) > 0 ? bound : page.end;
    if (comparePositions(end, front) <= 0) return false;

    const within = end === page.end ? () => true : (message: Envelope) => comparePositions(message.position, end) <= 0;
    const messages = page.messages.filter((message) => within(message) && this.wants(message, atFront));
    await this.handleSideBySide(messages, atFront, end, most);
    return true;
  }

  /** Handles as many messages as make about a full batch for each transaction, and moves the lane groups up to the last of them. */
  private async handleSideBySide(messages: readonly Envelope[], leases: Lease[], pageEnd: LogPosition, most: number): Promise<void> {
    const transactions = Math.max(1, Math.min(most, Math.round(messages.length / this.batchSize())));
    const { shares, end = pageEnd } = shareOut(messages, leases, transactions, this.batchSize());
    const lockWaitMs = performance.now() < this.cautiousUntil ? LOCK_WAIT_MS : undefined;
    const results = await Promise.allSettled(shares.map((share) => this.handleTogether(share.messages, share.leases, end, lockWaitMs)));
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    const fenced = failures.find((error) => error instanceof FencedError);
    if (fenced !== undefined) throw fenced;
    const [first, ...others] = shares.flatMap((share) => share.messages);
    const everyones = failures.find((error) => isTransient(error) && !isContention(error));
    if (everyones !== undefined) {
      if (shares.length > 1) this.aloneUntil = performance.now() + ALONE_MS;
      if (others.length > 0 || !this.lone.mayStepAside(first.id, everyones, this.handled)) throw everyones as Error;
      await this.stepAside(first, leases, everyones);
    } else {
      if (failures.some(isContention)) this.cautiousUntil = performance.now() + CAUTIOUS_MS;
      // Nothing runs beside them any more, so that whatever fails now is the message's own fault.
      const failed = shares.filter((_, index) => results[index].status === 'rejected');
      for (const share of failed) for (const message of share.messages) await this.handleAlone(message, share.leases);
    }
    for (const lease of leases) lease.scanned = end;
  }

  private mostSideBySide(laneGroups: number): number {
    if (this.failures > 0 || performance.now() < this.aloneUntil) return 1;
    return Math.max(1, Math.min(laneGroups, this.spareConnections()));
  }

  /** Smaller after transient failures: a deadlock or a timeout is less likely with fewer messages. */
  private batchSize(): number {
    return Math.max(1, Math.floor(this.consumer.definition.batchSize / 2 ** this.failures));
  }

  private wants(message: Envelope, leases: readonly Lease[]): boolean {
    return (
      this.consumer.contracts.has(message.type) && leases.some((lease) => lease.firstLane <= message.lane && message.lane <= lease.lastLane)
    );
  }

  private async handleTogether(messages: Envelope[], leases: Lease[], end: LogPosition, lockWaitMs?: number): Promise<void> {
    const touched = leases.filter((lease) => messages.some((message) => lease.firstLane <= message.lane && message.lane <= lease.lastLane));
    const [queued, free] = [
      messages.filter((message) => this.heldSubjects.has(message.subject)),
      messages.filter((message) => !this.heldSubjects.has(message.subject)),
    ];
    failpoint('batch.before-begin');
    await this.work.run(this.consumer.module, async () => {
      // The server moves them before anything else is done; only the end has to know that they were still this process's own.
      const moved = this.move(touched, end);
      moved.catch(() => undefined);
      const handling = async (): Promise<void> => {
        if (lockWaitMs !== undefined) await limitLockWait(this.work.manager, lockWaitMs);
        for (const message of queued) await this.held.hold(this.work.manager, message);
        await deliver(this.consumer, free);
      };
      // What fails because the positions could not be moved is no message's fault.
      await handling().catch(async (error: unknown) => {
        await moved;
        throw error;
      });
      await moved;
      failpoint('position.before-commit');
    });
    failpoint('position.after-commit');
    this.handled += free.length;
    for (const lease of touched) lease.stored = lease.scanned = end;
  }

  private async handleAlone(message: Envelope, leases: Lease[]): Promise<void> {
    try {
      await this.handleTogether([message], leases, message.position, LOCK_WAIT_MS);
    } catch (error) {
      if (error instanceof FencedError || !this.lone.mayStepAside(message.id, error, this.handled)) throw error;
      await this.stepAside(message, leases, error);
    }
  }

  /** The key of a failed message steps aside so that its lane goes on. */
  private async stepAside(message: Envelope, leases: Lease[], error: unknown): Promise<void> {
    const touched = leases.filter((lease) => lease.firstLane <= message.lane && message.lane <= lease.lastLane);
    const failure = this.failureOf(message, error);
    await this.work.run(this.consumer.module, async () => {
      await this.move(touched, message.position);
      await this.held.hold(this.work.manager, message, failure);
      failpoint('message.held');
    });
    for (const lease of touched) lease.stored = lease.scanned = message.position;
    this.heldSubjects.add(message.subject);
    this.report(message, failure, error);
  }

  /** Tries held messages that are due, each key in order, for a while; then new ones have their turn. False when none was due. */
  private async retryHeld(): Promise<boolean> {
    if (!this.retryDue && !this.isUnsure) return false;
    this.retryDue = this.isUnsure = false;
    const due = await this.work
      .read(this.consumer.module, async () => {
        this.heldSubjects = new Set(await this.held.subjects(this.work.manager));
        return this.heldSubjects.size > 0 ? this.held.dueSubjects(this.work.manager, this.leases) : [];
      })
      .catch((error: unknown) => {
        this.isUnsure = true;
        throw error;
      });
    for (const subject of this.handledBefore.keys()) if (!this.heldSubjects.has(subject)) this.handledBefore.delete(subject);
    const until = performance.now() + RETRY_SLICE_MS;
    for (const [index, { subject, lane }] of due.entries()) {
      const lease = this.leaseOf(lane);
      if (this.stopping.signal.aborted || (index > 0 && performance.now() > until)) {
        this.retryDue = true;
        break;
      }
      if (lease) await this.drain(subject, lease, until);
    }
    if (this.heldSubjects.size > 0) this.retryIn(IDLE_MS);
    return due.length > 0;
  }

  private async drain(subject: string, lease: Lease, until: number): Promise<void> {
    for (let count = 0; ; count += 1) {
      if (this.stopping.signal.aborted || (count > 0 && performance.now() > until)) {
        this.retryDue = true;
        return;
      }
      const first = await this.work.read(this.consumer.module, () => this.held.first(this.work.manager, subject));
      if (!first) {
        this.heldSubjects.delete(subject);
        return;
      }
      if (!first.due) return;
      try {
        await this.holding(lease, async () => {
          if (!(await this.held.release(this.work.manager, first.envelope))) return;
          failpoint('message.released');
          await limitLockWait(this.work.manager, LOCK_WAIT_MS);
          await deliver(this.consumer, [first.envelope]);
        });
        this.handled += 1;
      } catch (error) {
        if (error instanceof FencedError) throw error;
        // Whatever the failure is, it is this key's as long as it can be written down; it cannot while the database is away.
        const failure = this.failureOf(first.envelope, error, first);
        await this.holding(lease, () => this.held.failedAgain(this.work.manager, first.envelope, failure));
        this.report(first.envelope, failure, error);
        return;
      }
    }
  }

  /** A unit of work that leaves a lane group where it is, and in which nobody else can move it. */
  private async holding(lease: Lease, task: () => Promise<void>): Promise<void> {
    const { scanned } = lease;
    await this.work.run(this.consumer.module, async () => {
      await this.move([lease], scanned);
      await task();
    });
    lease.stored = scanned;
  }

  /**
   * In a unit of work, on whose connection the server has not recovered: what was read in that life of the server may be stored there. Its
   * commit takes the tick of before along to the disk; a log on another server is handed out when it is on the disk there.
   */
  private async move(leases: readonly Lease[], to: LogPosition): Promise<void> {
    if (!this.isOfThisLife()) throw new StaleRead(this.consumer.definition.name, this.reader.log);
    await movePositions(this.work.manager, leases, to, this.leaseMs);
  }

  /** What is stored of a failure. A transient one counts where it is known to be this message's own, or others were handled meanwhile. */
  private failureOf(message: Envelope, error: unknown, before?: FailedBefore): HeldFailure {
    const handledBefore = this.handledBefore.get(message.subject);
    const isOwn = isContention(error) || isConflict(error) || (handledBefore !== undefined && handledBefore < this.handled);
    if (isTransient(error)) this.handledBefore.set(message.subject, this.handled);
    const limits = { maxAttempts: this.consumer.definition.maxAttempts, patience: this.patience };
    return { ...retryDecision(error, limits, before, isOwn), error: describe(error) };
  }

  private report(message: Envelope, { state, retryInMs }: HeldFailure, error: unknown): void {
    const what = `${message.type} ${message.id}: ${(error as Error).message}`;
    if (state === 'parked') this.logger.error(`Parked ${what}`);
    else this.logger.warn(`Will try again ${what}`);
    if (retryInMs !== null) this.retryIn(retryInMs);
  }

  private retryIn(milliseconds: number): void {
    const at = performance.now() + milliseconds + 1;
    if (this.retryTimer && this.retryAt <= at) return;
    clearTimeout(this.retryTimer);
    this.retryAt = at;
    this.retryTimer = setTimeout(() => {
      this.retryTimer = undefined;
      this.retrySoon();
    }, milliseconds + 1).unref();
  }

  private leaseOf(lane: number): Lease | undefined {
    return this.leases.find((lease) => lease.firstLane <= lane && lane <= lease.lastLane);
  }
}

/** What an operator needs to see of an error, bounded. */
const describe = (error: unknown): string =>
  String(error instanceof Error ? `${error.name}: ${error.message}` : error).slice(0, LONGEST_ERROR);
