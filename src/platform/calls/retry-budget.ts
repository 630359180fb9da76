export interface RetryBudgetOptions {
  /** How many retries each call allows: 0.1 means that at most a tenth of the calls are retries. */
  readonly share: number;
  /**
   * Retries a second that are allowed whatever the traffic is, or a module with few callers could never be
   * asked twice.
   */
  readonly perSecond: number;
}

/** What was not used is remembered for this long, in seconds. */
const MEMORY_SECONDS = 10;

/**
 * Limits retries to a share of the calls: a module in trouble then gets a little more traffic than usual and
 * not several times as much. The idea is Finagle's
 * (https://twitter.github.io/finagle/guide/Clients.html#retries).
 */
export class RetryBudget {
  private balance: number;
  private countedAt: number;

  constructor(
    private readonly options: RetryBudgetOptions,
    /** Milliseconds that only go forward. */
    private readonly now: () => number = () => performance.now(),
  ) {
    this.balance = options.perSecond;
    this.countedAt = now();
  }

  /** Counts a call that is made for the first time. */
  deposit(): void {
    this.balance = Math.min(this.most, this.balance + this.options.share);
  }

  /** Takes one retry; false when there is none. */
  withdraw(): boolean {
    const now = this.now();
    this.balance = Math.min(
      this.most,
      this.balance + ((now - this.countedAt) / 1_000) * this.options.perSecond,
    );
    this.countedAt = now;
    if (this.balance < 1) return false;
    this.balance -= 1;
    return true;
  }

  private get most(): number {
    return Math.max(1, this.options.perSecond * MEMORY_SECONDS);
  }
}
