import type { LogPosition } from '../messages/envelope';
import type { LogPage } from './log-page';

/**
 * What a subscription reads: the log of one module, wherever that module runs. The same order for every
 * reader.
 */
export interface LogSource {
  /** The module whose log it is. */
  readonly log: string;

  /** The end of what is known so far. */
  readonly end: LogPosition;

  /** When that was known, as a page's `asOf`. */
  readonly asOf?: number;

  /**
   * At most `limit` messages after a position. An `end` equal to `after` means that there is nothing yet.
   * Throws `LogUnavailable` while the log cannot be reached. Nothing is handed out that was read before
   * `since`, by the clock of `asOf`: the subscription may know sooner than the log's reader that the server
   * has recovered.
   */
  read(after: LogPosition, limit: number, since?: number): Promise<LogPage>;

  /**
   * Calls `listener` whenever there is more to read; returns the way to stop it. A hint: look now and then
   * anyway.
   */
  onGrowth(listener: () => void): () => void;

  /** The first position of the log that can still be read. */
  beginning(): Promise<LogPosition>;
}

/** The log cannot be read right now. No message is at fault: the reader waits and tries again. */
export class LogUnavailable extends Error {
  constructor(log: string, reason: string, options?: ErrorOptions) {
    super(`The log of ${log} cannot be read: ${reason}`, options);
    this.name = 'LogUnavailable';
  }
}
