import { Logger } from '@nestjs/common';
import type { UnitOfWork } from '../../database/unit-of-work';
import { failpoint } from '../../failpoints';
import { rest, Wake } from '../../wake';
import type { Envelope, LogPosition } from '../envelope';
import { comparePositions } from '../log/log-position';
import type { LogSource } from '../log/log-source';
import type { Consumer } from './consumer';
import { deliver } from './deliver';
import { backoff, isFailureOfSurroundings, isHopeless } from './failure';
import { HeldMessages } from './held-messages';
import type { Lease } from './lease';
import { movePositions } from './move-positions';
import { shareOut } from './share-out';

const LONGEST_ERROR = 2_000;
const IDLE_MS = 1_000;
/** Messages looked at together at least: a subscription may want few of those that a log holds. */
const SMALLEST_PAGE = 500;
/** After transactions side by side failed, they may have been in each other's way. */
const ALONE_MS = 30_000;

/**
 * Works off one log for one subscription, in the lane groups that this process holds leases of, in one loop. A batch's effects,
 * its messages and its positions commit together; with a backlog, several batches of different lane groups run side by side.
 */
export class SubscriptionWorker {
  private readonly logger: Logger;
  private readonly held: HeldMessages;
  private leases: Lease[] = [];
  private heldSubjects = new Set<string>();
  private retryDue = true;
  private retryTimer: NodeJS.Timeout | undefined;
  private retryAt = 0;
  private paused = false;
  private readonly wake = new Wake();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private readonly ignoreGrowth: () => void;
  private failures = 0;
  private aloneUntil = 0;

  constructor(
    readonly consumer: Consumer,
    readonly reader: LogSource,
    private readonly work: UnitOfWork,
    private readonly leaseMs: number,
    /** Reads the leases of this worker again, after a failure left it unsure where the positions stand. */
    private readonly reloadLeases: (worker: SubscriptionWorker) => Promise<void>,
    /** How many connections the module can do without right now. */
    private readonly spareConnections: () => number,
  ) {
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
    this.leases = leases.map(
      (lease) => this.leases.find((known) => known.laneGroup === lease.laneGroup && known.epoch === lease.epoch) ?? lease,
    );
    this.paused = paused;
    this.wake.raise();
  }

  /** Forgets what was read and not stored: positions are taken as stored. */
  holdAsStored(leases: Lease[]): void {
    this.leases = leases;
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
        const worked = (await this.retryHeld()) || (await this.handleNext());
        this.failures = 0;
        if (!worked) await this.wake.sleep(IDLE_MS);
      } catch (error) {
        await this.recover(error);
      }
    }
  }

  private async recover(error: unknown): Promise<void> {
    this.failures += 1;
    if (!isFailureOfSurroundings(error)) this.logger.error(`Cannot go on and tries again: ${(error as Error).stack}`);
    else if (this.failures === 3)
      this.logger.warn(`The surroundings fail (${(error as Error).message}); it goes on as soon as they let it.`);
    await rest(backoff(this.failures, 10, 5_000), this.stopping.signal);
    // After a lost connection nobody knows whether the commit went through: only the stored positions do.
    await this.reloadLeases(this).catch(() => undefined);
    this.retryDue = true;
  }

  /** Handles the next messages of the lane groups that stand furthest back. False when there is nothing to read. */
  private async handleNext(): Promise<boolean> {
    const front = this.leases.map((lease) => lease.scanned).reduce((a, b) => (comparePositions(a, b) <= 0 ? a : b));
    const atFront = this.leases.filter((lease) => comparePositions(lease.scanned, front) === 0);
    const ahead = this.leases.filter((lease) => comparePositions(lease.scanned, front) > 0).map((lease) => lease.scanned);
    const bound = ahead.length > 0 ? ahead.reduce((a, b) => (comparePositions(a, b) <= 0 ? a : b)) : undefined;

    const most = this.mostSideBySide(atFront.length);
    const page = await this.reader.read(front, Math.max(this.batchSize() * (most + 1), SMALLEST_PAGE));
    const end = bound && comparePositions(page.end, bound) > 0 ? bound : page.end;
    if (comparePositions(end, front) <= 0) return false;

    const within = end === page.end ? () => true : (message: Envelope) => comparePositions(message.position, end) <= 0;
    const messages = page.messages.filter((message) => within(message) && this.wants(message, atFront));
    await this.handleSideBySide(messages, atFront, end, most);
    return true;
  }

  /** Handles as many messages as make a full batch for each transaction, and moves the lane groups up to the last of them. */
  private async handleSideBySide(messages: readonly Envelope[], leases: Lease[], pageEnd: LogPosition, most: number): Promise<void> {
    const transactions = Math.max(1, Math.min(most, Math.floor(messages.length / this.batchSize())));
    const { shares, end = pageEnd } = shareOut(messages, leases, transactions, this.batchSize());
    const results = await Promise.allSettled(shares.map((share) => this.handleTogether(share.messages, share.leases, end)));
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (failures.some(isFailureOfSurroundings)) {
      if (shares.length > 1) this.aloneUntil = Date.now() + ALONE_MS;
      throw failures.find(isFailureOfSurroundings);
    }
    // Nothing runs beside them any more, so that whatever fails now is the message's own fault.
    const failed = shares.filter((_, index) => results[index].status === 'rejected');
    for (const share of failed) for (const message of share.messages) await this.handleAlone(message, share.leases);
    for (const lease of leases) lease.scanned = end;
  }

  private mostSideBySide(laneGroups: number): number {
    if (this.failures > 0 || Date.now() < this.aloneUntil) return 1;
    return Math.max(1, Math.min(laneGroups, this.spareConnections()));
  }

  /** Smaller after failures of the surroundings: a deadlock or a timeout is less likely with fewer messages. */
  private batchSize(): number {
    return Math.max(1, this.consumer.definition.batchSize >> this.failures);
  }

  private wants(message: Envelope, leases: readonly Lease[]): boolean {
    return (
      this.consumer.contracts.has(message.type) && leases.some((lease) => lease.firstLane <= message.lane && message.lane <= lease.lastLane)
    );
  }

  private async handleTogether(messages: Envelope[], leases: Lease[], end: LogPosition): Promise<void> {
    const touched = leases.filter((lease) => messages.some((message) => lease.firstLane <= message.lane && message.lane <= lease.lastLane));
    await this.work.run(this.consumer.module, async () => {
      // The server moves them before anything else is done; only the end has to know that they were still this process's own.
      const moved = movePositions(this.work.manager, touched, end, this.leaseMs);
      moved.catch(() => undefined);
      for (const message of messages)
        if (this.heldSubjects.has(message.subject)) await this.held.hold(this.work.manager, message, 'queued', 0, null, null);
      await deliver(
        this.consumer,
        messages.filter((message) => !this.heldSubjects.has(message.subject)),
      );
      await moved;
      failpoint('position.before-commit');
    });
    failpoint('position.after-commit');
    for (const lease of touched) lease.stored = lease.scanned = end;
  }

  private async handleAlone(message: Envelope, leases: Lease[]): Promise<void> {
    try {
      await this.handleTogether([message], leases, message.position);
    } catch (error) {
      if (isFailureOfSurroundings(error)) throw error;
      await this.stepAside(message, leases, error);
    }
  }

  /** The key of a failed message steps aside so that its lane goes on. */
  private async stepAside(message: Envelope, leases: Lease[], error: unknown): Promise<void> {
    const touched = leases.filter((lease) => lease.firstLane <= message.lane && message.lane <= lease.lastLane);
    const { state, delay } = this.fate(1, error);
    await this.work.run(this.consumer.module, async () => {
      await movePositions(this.work.manager, touched, message.position, this.leaseMs);
      await this.held.hold(this.work.manager, message, state, 1, delay, describe(error));
      failpoint('message.held');
    });
    for (const lease of touched) lease.stored = lease.scanned = message.position;
    this.heldSubjects.add(message.subject);
    this.report(message, state, error);
    if (delay !== null) this.retryIn(delay);
  }

  /** Tries held messages that are due, each key in order. False when none was due. */
  private async retryHeld(): Promise<boolean> {
    if (!this.retryDue) return false;
    this.retryDue = false;
    const due = await this.work.read(this.consumer.module, async () => {
      this.heldSubjects = new Set((await this.held.subjects(this.work.manager)).map(({ subject }) => subject));
      return this.heldSubjects.size > 0 ? this.held.dueSubjects(this.work.manager) : [];
    });
    const mine = due.some(({ lane }) => this.leaseOf(lane));
    for (const { subject, lane } of due) {
      const lease = this.leaseOf(lane);
      if (lease) await this.drain(subject, lease);
    }
    if (this.heldSubjects.size > 0) this.retryIn(IDLE_MS);
    return mine;
  }

  private async drain(subject: string, lease: Lease): Promise<void> {
    for (;;) {
      if (this.stopping.signal.aborted) {
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
          await deliver(this.consumer, [first.envelope]);
        });
      } catch (error) {
        if (isFailureOfSurroundings(error)) throw error;
        const attempts = first.attempts + 1;
        const { state, delay } = this.fate(attempts, error);
        await this.holding(lease, () => this.held.failedAgain(this.work.manager, first.envelope, state, attempts, delay, describe(error)));
        this.report(first.envelope, state, error);
        if (delay !== null) this.retryIn(delay);
        return;
      }
    }
  }

  /** A unit of work that leaves a lane group where it is, and in which nobody else can move it. */
  private async holding(lease: Lease, task: () => Promise<void>): Promise<void> {
    const { scanned } = lease;
    await this.work.run(this.consumer.module, async () => {
      await movePositions(this.work.manager, [lease], scanned, this.leaseMs);
      await task();
    });
    lease.stored = scanned;
  }

  private fate(attempts: number, error: unknown): { state: 'retrying' | 'parked'; delay: number | null } {
    if (isHopeless(error) || attempts >= this.consumer.definition.maxAttempts) return { state: 'parked', delay: null };
    return { state: 'retrying', delay: backoff(attempts) };
  }

  private report(message: Envelope, state: string, error: unknown): void {
    const what = `${message.type} ${message.id}: ${(error as Error).message}`;
    if (state === 'parked') this.logger.error(`Parked ${what}`);
    else this.logger.warn(`Will try again ${what}`);
  }

  private retryIn(milliseconds: number): void {
    const at = Date.now() + milliseconds + 1;
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
