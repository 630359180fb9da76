import type { UnitOfWork } from '../unit-of-work/unit-of-work';
import type { LogPosition } from '../messages/envelope';
import { StaleRead } from './failure';
import type { Lease } from './lease';
import { PositionStore } from './position-store';

/**
 * The lane groups of one subscription and log that this process holds leases of, and how far it has read in
 * each.
 */
export class HeldLeases {
  private leases: readonly Lease[] = [];
  /** Of what was read beyond the stored positions, the page that was read first: its `asOf`. */
  private readAsOf = Number.POSITIVE_INFINITY;

  constructor(
    private readonly module: string,
    private readonly subscription: string,
    private readonly log: string,
    private readonly work: UnitOfWork,
    private readonly leaseMs: number,
  ) {}

  get current(): readonly Lease[] {
    return this.leases;
  }

  /** Leases that went on keep what was read beyond their stored position. Answers whether one has come. */
  hold(leases: readonly Lease[]): boolean {
    const before = this.leases;
    this.leases = leases.map(
      (lease) =>
        before.find((known) => known.laneGroup === lease.laneGroup && known.epoch === lease.epoch) ?? lease,
    );
    return this.leases.some((lease) => !before.includes(lease));
  }

  /** Forgets what was read and not stored: positions are taken as stored. */
  holdAsStored(leases: readonly Lease[]): void {
    this.leases = leases;
    this.readAsOf = Number.POSITIVE_INFINITY;
  }

  /** Notes when a page was read that positions move on to. */
  readAt(asOf = Number.POSITIVE_INFINITY): void {
    this.readAsOf = Math.min(this.readAsOf, asOf);
  }

  /**
   * False when the server has recovered since positions were read that are not stored: they may be those of
   * ticks that are gone.
   */
  isOfThisLife(): boolean {
    return this.work.serverSince(this.module) <= this.readAsOf;
  }

  /** Throws `StaleRead` when the server has recovered since. */
  checkLife(): void {
    if (!this.isOfThisLife()) throw new StaleRead(this.subscription, this.log);
  }

  ofLane(lane: number): Lease | undefined {
    return this.leases.find((lease) => covers(lease, lane));
  }

  /**
   * In a unit of work, on whose connection the server has not recovered: what was read in that life of the
   * server may be stored there. Its commit takes the tick of before along to the disk; a log on another
   * server is handed out when it is on the disk there.
   */
  async move(leases: readonly Lease[], to: LogPosition): Promise<void> {
    this.checkLife();
    await new PositionStore(this.work.manager).move(leases, to, this.leaseMs);
  }
}

/** Whether the lane belongs to the lease's group. */
export const covers = ({ firstLane, lastLane }: Lease, lane: number): boolean =>
  firstLane <= lane && lane <= lastLane;

/** The leases whose lanes some messages are in. */
export const touchedBy = (messages: readonly { lane: number }[], leases: readonly Lease[]): Lease[] =>
  leases.filter((lease) => messages.some(({ lane }) => covers(lease, lane)));
