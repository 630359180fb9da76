import type { Envelope, LogPosition } from '../messages/envelope';
import { comparePositions } from './log-position';

/** A page of a log: the messages after a position, and the position up to which it was read. */
export interface LogPage {
  messages: Envelope[];
  end: LogPosition;
  /**
   * When the log's server was in the life that this was read in, by `performance.now()`: ticks of another
   * life may have other windows. Absent where everything up to `end` is on its disk.
   */
  asOf?: number;
}

/** At most `limit` of a page's messages after a position. */
export function pageOf(
  { messages, end, asOf }: Omit<LogPage, 'messages'> & { messages: readonly Envelope[] },
  after: LogPosition,
  limit: number,
): LogPage {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comparePositions(messages[middle].position, after) > 0) high = middle;
    else low = middle + 1;
  }
  const page = messages.slice(low, low + limit);
  return { messages: page, end: low + limit < messages.length ? page[page.length - 1].position : end, asOf };
}

/** A page, and the one that begins at its end. */
export const joined = (page: LogPage, next: LogPage): LogPage => ({
  messages: [...page.messages, ...next.messages],
  end: next.end,
  asOf: page.asOf === undefined ? next.asOf : Math.min(page.asOf, next.asOf ?? Infinity),
});
