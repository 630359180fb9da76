import type { LogPosition } from '../messages/envelope';
import { comparePositions } from './log-position';
import type { LogPage } from './log-page';
import type { LogReader } from './log-reader';
import { type LogSource, LogUnavailable } from './log-source';

/**
 * A log for readers that remember it outside of its own cluster: a relay, and subscriptions whose positions
 * are on another server. A crash of the log's server takes ticks away, and not what these remember. So they
 * are handed nothing before it is on that server's disk.
 */
export class DurableLog implements LogSource {
  private flushedTo: LogPosition | undefined;
  private flushing: Promise<void> | undefined;

  constructor(private readonly reader: LogReader) {}

  get log(): string {
    return this.reader.log;
  }

  /** The end of what is known to be on the disk. Throws `LogUnavailable` while that is being found out. */
  get end(): LogPosition {
    if (this.flushedTo) return this.flushedTo;
    void this.start().catch(() => undefined);
    throw new LogUnavailable(this.log, 'how far it is on the disk is not known yet');
  }

  /** Finds out what is on the disk. */
  async start(): Promise<void> {
    await this.flush({ messages: [], end: this.reader.end, asOf: this.reader.asOf });
  }

  async read(after: LogPosition, limit: number): Promise<LogPage> {
    const page = await this.reader.read(after, limit);
    if (comparePositions(page.end, after) <= 0) return page;
    await this.flush(page);
    return { messages: page.messages, end: page.end };
  }

  onGrowth(listener: () => void): () => void {
    return this.reader.onGrowth(listener);
  }

  beginning(): Promise<LogPosition> {
    return this.reader.beginning();
  }

  /** Readers that come with the same page wait for the disk together. */
  private async flush(page: LogPage): Promise<void> {
    if (this.isFlushed(page)) return;
    await this.flushing?.catch(() => undefined);
    if (this.isFlushed(page)) return;
    this.flushing = this.reader.flush(page);
    await this.flushing;
    if (!this.flushedTo || comparePositions(page.end, this.flushedTo) > 0) this.flushedTo = page.end;
  }

  private isFlushed({ end, asOf }: LogPage): boolean {
    return (
      this.flushedTo !== undefined &&
      comparePositions(end, this.flushedTo) <= 0 &&
      this.reader.isOfThisLife(asOf)
    );
  }
}
