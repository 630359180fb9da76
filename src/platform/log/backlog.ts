import type { LogPosition } from '../messages/envelope';
import type { LogPage } from './log-page';
import { comparePositions } from './log-position';

/** A stretch of the log that is in memory or being read. Its end is unknown until it has been read. */
interface Chunk {
  from: LogPosition;
  page: Promise<LogPage>;
  /** Once it is there. */
  read?: LogPage;
}

/** One that is handed out and one that is read ahead, for two subscriptions in different places. */
const MOST_CHUNKS = 4;
const FORGET_MS = 10_000;

/**
 * What was read of a log for subscriptions that have fallen behind: they share it while they are near each
 * other. It is read chunk by chunk, one at a time, so that catching up never takes more than one of the
 * owner's connections.
 */
export class Backlog {
  /** The one used last comes last. */
  private chunks: Chunk[] = [];
  private reading: Promise<unknown> = Promise.resolve();
  private forgetting: NodeJS.Timeout | undefined;

  constructor(private readonly read: (from: LogPosition, throughTick: bigint) => Promise<LogPage>) {}

  /**
   * A chunk with what comes after a position, of the windows up to `throughTick` at most; read now unless it
   * is there.
   */
  async at(after: LogPosition, throughTick: bigint): Promise<LogPage> {
    const chunk = this.find(after) ?? this.begin(after, throughTick);
    this.chunks = [...this.chunks.filter((other) => other !== chunk), chunk];
    this.forgetLater();
    return chunk.page;
  }

  /** A chunk with what comes after a position, if it is in memory. */
  ready(after: LogPosition): LogPage | undefined {
    return this.find(after)?.read;
  }

  /** Reads ahead. Failures are ignored: the reader that needs the page reads it again. */
  readAhead(from: LogPosition, throughTick: bigint): void {
    if (!this.find(from)) this.begin(from, throughTick);
  }

  /** Drops what was read; pages being read go to their waiting readers and are not kept. */
  forget(): void {
    this.chunks = [];
  }

  /** Waits for what is being read. */
  async close(): Promise<void> {
    clearTimeout(this.forgetting);
    await this.reading;
  }

  private find(after: LogPosition): Chunk | undefined {
    return this.chunks.find(({ from, read }) => {
      const distance = comparePositions(after, from);
      return distance === 0 || (distance > 0 && read !== undefined && comparePositions(after, read.end) < 0);
    });
  }

  private begin(from: LogPosition, throughTick: bigint): Chunk {
    const page = this.reading.then(() => this.read(from, throughTick));
    const chunk: Chunk = { from, page };
    this.chunks = [...this.chunks.slice(1 - MOST_CHUNKS), chunk];
    this.reading = page.then(
      (read) => void (chunk.read = read),
      () => void (this.chunks = this.chunks.filter((other) => other !== chunk)),
    );
    return chunk;
  }

  private forgetLater(): void {
    this.forgetting ??= setTimeout(() => (this.chunks = []), FORGET_MS).unref();
    this.forgetting.refresh();
  }
}
