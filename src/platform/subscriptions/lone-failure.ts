import { isConflict, isContention, isTransient } from './failure';
import type { Patience } from './patience';

/**
 * Transactions that were in each other's way are tried again so often before it is the message that gives
 * way.
 */
const CONFLICTS = 3;

/**
 * Decides when a message that fails alone steps aside, so that its lane goes on. At once where it is the
 * handler's failure, or where the message waits for a lock; where everything may be failing, only when that
 * has lasted. While nothing else is handled either, ever fewer step aside: an outage takes the messages at
 * the front one by one, after 30 s, one minute, two, four, and none is parked for it.
 */
export class LoneFailure {
  private message: string | undefined;
  private tries = 0;
  private since = 0;
  private handledAtLast = -1;
  private lastAt = 0;
  private waitMs = 0;

  constructor(
    private readonly patience: Patience,
    /** Milliseconds that only go forward. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Whether the message steps aside for this failure; `handled` is how many messages the subscription has
   * handled so far.
   */
  mayDefer(message: string, error: unknown, handled: number): boolean {
    if (!isTransient(error) || isContention(error)) return true;
    const now = this.now();
    if (this.message !== message) [this.message, this.tries, this.since] = [message, 0, now];
    this.tries += 1;
    if (isConflict(error)) return this.tries >= CONFLICTS;
    if (this.tries < this.patience.tries || now - this.since < this.patience.triesForMs) return false;
    const others = handled > this.handledAtLast;
    if (!others && now - this.lastAt < this.waitMs) return false;
    this.waitMs = others ? this.patience.triesForMs : this.waitMs * 2;
    [this.handledAtLast, this.lastAt] = [handled, now];
    return true;
  }
}
