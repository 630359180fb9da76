import type { LogPosition } from '../messages/envelope';
import { comparePositions } from '../log/log-position';
import type { LogRecord } from './log-record';

/** More than relays leave behind a message that had to give way, before they send it again. */
const MOST_PASSED_OVER = 10_000;

/**
 * Puts a log together again from what a stream holds: takes each record that goes on where the chain ends,
 * drops what came before, and passes over what follows something that has not come. A stream may hold such
 * records: the rest of a batch whose first message foreign messages took the place of. The relay sends all of
 * them again.
 */
export class RecordChain {
  /** What a record that was passed over comes after; absent while nothing is missing. */
  private missing: LogPosition | undefined;
  private passedOver = 0;
  private other: string | undefined;

  /**
   * Begins at a place in the log, or else with the first record that comes; of a log of this identity, or
   * else of that of the first record.
   */
  constructor(
    private end?: LogPosition,
    private log?: string,
  ) {}

  /** Which log it puts together; undefined as long as no record said so. */
  get identity(): string | undefined {
    return this.log;
  }

  /**
   * The identity of another log whose records would follow here, and do not say that it goes on behind this
   * one.
   */
  get foreign(): string | undefined {
    return this.other;
  }

  /** What lies between the end of the chain and this place has not come. */
  get gapBefore(): LogPosition | undefined {
    return this.missing;
  }

  /** Whether what is missing will hardly come any more. */
  get isStuck(): boolean {
    return this.passedOver > MOST_PASSED_OVER;
  }

  /** How far the log was put together; absent before the first record. */
  get reached(): LogPosition | undefined {
    return this.end;
  }

  /**
   * The record, without its message when the chain has that one; undefined for a duplicate or one that does
   * not follow.
   */
  accept(record: LogRecord): LogRecord | undefined {
    const { position, after, through } = record;
    const end = this.end;
    if (end && comparePositions(through, end) <= 0) return undefined;
    if (end && comparePositions(after, end) > 0) {
      this.missing ??= after;
      this.passedOver += 1;
      return undefined;
    }
    if (this.isForeign(record)) {
      this.other = record.identity;
      return undefined;
    }
    this.log = record.identity ?? this.log;
    this.other = undefined;
    this.end = through;
    this.missing = undefined;
    this.passedOver = 0;
    return end && comparePositions(position, end) <= 0
      ? { ...record, after: position, message: undefined }
      : record;
  }

  /** What has no identity was written by a process that knows of none yet. */
  private isForeign({ identity, follows }: LogRecord): boolean {
    return identity !== undefined && this.log !== undefined && identity !== this.log && follows !== this.log;
  }
}
