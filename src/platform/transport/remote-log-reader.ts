import { Logger } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { backoff } from '../kernel/backoff';
import type { Envelope, LogPosition } from '../messages/envelope';
import { Backlog } from '../log/backlog';
import { type LogPage, pageOf } from '../log/log-page';
import { PositionBeyondLog, formatPosition } from '../log/position-beyond-log';
import type { ReportLogProblem } from '../log/log-health';
import { comparePositions, startOfWindow } from '../log/log-position';
import { type LogSource, LogUnavailable } from '../log/log-source';
import { RecentMessages } from '../log/recent-messages';
import { sizeOf, sizeOfAll } from '../messages/message-size';
import { abortableDelay } from '../kernel/abortable-delay';
import { WakeSignal } from '../kernel/wake-signal';
import { ByteBudget } from './byte-budget';
import { LogStream } from './log-stream';
import { streamOf } from './log-subjects';
import { ForeignStream } from './foreign-stream';
import type { PositionReport } from './remote-lags';
import { LogGap, StalledNode, minPullBytes, PULL_BYTES, StreamCursor } from './stream-cursor';

export interface RemoteLogReaderOptions {
  /**
   * Messages kept in memory for the subscriptions that are caught up, and at most so many read ahead of them.
   */
  cacheSize: number;
  /**
   * Asks the owner about a place in its log; undefined when it does not answer. Without it, only the stream
   * counts.
   */
  askOwner?: (position: LogPosition) => Promise<PositionReport | undefined>;
  /** Called when the log waits for an operator, and when it goes on. */
  report?: ReportLogProblem;
}

/** Asked for at once. */
const FETCH_SIZE = 500;
/** What is read at once for a subscription that has fallen behind, and handed out in its pages. */
const CHUNK_SIZE = 4_000;
const CHUNK_BYTES = 4_000_000;
/**
 * Of the messages that are kept for subscriptions that are caught up, and at most so many read ahead of them.
 */
const RECENT_BYTES = 8_000_000;
const BACKOFF = { firstMs: 20, longestMs: 2_000 };
const ANY_TICK = 0n;
/** The owner of a log is not asked about one place more often. */
const ASK_EVERY_MS = 2_000;

/**
 * Reads the log of a module that runs elsewhere, from the stream that its relay fills. Subscriptions that are
 * caught up share one read, which stays a bounded way ahead of the first of them; the others read pages of
 * their own. Places are log positions, so it finds its way in a stream that was wiped and filled again.
 */
export class RemoteLogReader implements LogSource {
  private readonly logger = new Logger(RemoteLogReader.name);
  private readonly listeners = new Set<() => void>();
  private readonly recent: RecentMessages;
  private readonly budget: ByteBudget;
  private recentFrom: LogPosition | undefined;
  private recentEnd: LogPosition | undefined;
  /** How far the first subscription has come. */
  private furthest: LogPosition | undefined;
  private readonly backlog = new Backlog((from) => this.readChunk(from));
  private readonly room = new WakeSignal();
  private readonly stopping = new AbortController();
  private cursor: StreamCursor | undefined;
  private running: Promise<void> | undefined;
  private growing = false;
  /** Which log it has read so far; undefined as long as no record said so. */
  private identity: string | undefined;
  private problem: string | undefined;
  private asked: { at: number; position: LogPosition; answer: PositionReport | undefined } | undefined;

  constructor(
    readonly log: string,
    private readonly connection: NatsConnection,
    private readonly options: RemoteLogReaderOptions,
  ) {
    this.recent = new RecentMessages({ messages: options.cacheSize, bytes: RECENT_BYTES });
    this.budget = new ByteBudget(PULL_BYTES, minPullBytes(connection));
  }

  /** Reads on in the background; the stream may come later. */
  async start(): Promise<void> {
    await this.findEnd().catch(() => undefined);
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.room.raise();
    await this.cursor?.close();
    await this.running;
    await this.backlog.close();
    this.options.report?.(undefined);
  }

  onGrowth(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get end(): LogPosition {
    if (this.recentEnd) return this.recentEnd;
    throw new LogUnavailable(
      this.log,
      `the broker does not know it yet, so it is not known where it ends. Start the process that hosts ${this.log} first, then this one.`,
    );
  }

  /**
   * What the relay says first in a stream. In one that does not begin with it something is missing, which is
   * said when it is read.
   */
  async beginning(): Promise<LogPosition> {
    const first = await LogStream.of(this.connection, this.log)
      .then((stream) => stream.first())
      .catch((error: Error) => {
        throw new LogUnavailable(this.log, error.message, { cause: error });
      });
    return first && !first.message && comparePositions(first.position, first.after) === 0
      ? first.position
      : startOfWindow(1, 0n);
  }

  async read(after: LogPosition, limit: number): Promise<LogPage> {
    const nothing: LogPage = { messages: [], end: after };
    if (!this.recentFrom || !this.recentEnd) return nothing;
    // The relay, or the read that is shared, may not have come so far yet.
    if (comparePositions(after, this.recentEnd) > 0 && (await this.ask(after))?.standing === 'beyond') {
      throw this.tell(new PositionBeyondLog(this.log, after, undefined));
    }
    if (comparePositions(after, this.recentFrom) >= 0) return this.readRecent(after, limit);
    const chunk = await this.backlog.at(after, ANY_TICK).catch((error: Error) => {
      // A stream that is being filled again has not come so far yet.
      if (error instanceof NothingYet) return nothing;
      throw new LogUnavailable(this.log, error.message, { cause: error });
    });
    if (chunk !== nothing && comparePositions(chunk.end, this.recentFrom) < 0)
      this.backlog.readAhead(chunk.end, ANY_TICK);
    return pageOf(chunk, after, limit);
  }

  private readRecent(after: LogPosition, limit: number): LogPage {
    if (!this.furthest || comparePositions(after, this.furthest) > 0) {
      this.furthest = after;
      this.room.raise();
    }
    const page = pageOf({ messages: this.recent.messages, end: this.recentEnd! }, after, limit);
    return comparePositions(page.end, after) > 0 ? page : { ...page, end: after };
  }

  private async readChunk(from: LogPosition): Promise<LogPage> {
    try {
      return await this.readStretch(from, false);
    } catch (error) {
      // Where positions do not grow, halving finds a wrong place.
      if (error instanceof LogGap) return this.readStretch(from, true);
      throw error;
    }
  }

  private async readStretch(from: LogPosition, everything: boolean): Promise<LogPage> {
    const cursor = await StreamCursor.at(this.connection, this.log, from, everything);
    try {
      const messages: Envelope[] = [];
      let end = from;
      let bytes = 0;
      for await (const { message, through } of cursor.untilEnd(this.budget.bytes)) {
        if (message) {
          messages.push(message);
          bytes += sizeOf(message);
        }
        end = through;
        if (messages.length === CHUNK_SIZE || bytes >= CHUNK_BYTES) break;
      }
      if (comparePositions(end, from) === 0) throw cursor.gap ?? new NothingYet();
      return { messages, end };
    } finally {
      await cursor.close();
    }
  }

  private async run(): Promise<void> {
    let everything = false;
    for (let failures = 0; !this.stopping.signal.aborted; failures += 1) {
      try {
        await this.follow(everything, () => (failures = 0));
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        this.budget.lost();
        const isGap = error instanceof LogGap;
        everything = isGap && !everything;
        if (error instanceof ForeignStream) this.tell(error);
        if (error instanceof StalledNode || failures === (isGap ? 1 : 5))
          this.logger.warn(
            `The log of ${this.log} cannot be read and is tried again: ${(error as Error).message}`,
          );
      }
      await abortableDelay(backoff(failures + 1, BACKOFF), this.stopping.signal);
    }
  }

  /** Reads on until something goes wrong. */
  private async follow(everything: boolean, works: () => void): Promise<void> {
    if (!this.recentEnd) await this.findEnd();
    this.cursor = await StreamCursor.at(
      this.connection,
      this.log,
      this.recentEnd!,
      everything,
      this.identity,
    );
    try {
      while (!this.stopping.signal.aborted) {
        const ahead = this.ahead();
        const room = this.options.cacheSize - ahead.messages;
        if (room < Math.min(FETCH_SIZE, this.options.cacheSize / 2) || ahead.bytes >= RECENT_BYTES) {
          await this.room.sleep(BACKOFF.longestMs);
          continue;
        }
        let came = false;
        for await (const { message, through } of this.cursor.next(
          Math.min(room, FETCH_SIZE),
          this.budget.bytes,
        )) {
          if (message) this.recent.push(message);
          this.recentEnd = through;
          this.identity = this.cursor.identity;
          this.grow();
          works();
          came = true;
        }
        this.budget.succeeded();
        if (came) this.tell(undefined);
        else await this.compareWithOwner();
        if (this.cursor.gap && this.cursor.isStuck) throw this.cursor.gap;
        this.trim();
      }
    } finally {
      await this.cursor.close();
    }
  }

  private async findEnd(): Promise<void> {
    const stream = await LogStream.of(this.connection, this.log);
    const { last } = await stream.end();
    if (!last)
      throw new Error(`the stream ${stream.name} is empty; the process that hosts ${this.log} fills it`);
    this.recentFrom = this.recentEnd = last.through;
    this.identity = last.identity;
    this.grow();
  }

  /**
   * Nothing comes: the log may have been replaced, and its relay has stopped before what it would have to
   * say.
   */
  private async compareWithOwner(): Promise<void> {
    const { recentEnd, identity } = this;
    const end = recentEnd!;
    const place = await this.ask(end);
    if (!place) return;
    if (identity !== undefined && place.identity !== identity && place.follows !== identity) {
      this.tell(
        new ForeignStream(
          this.log,
          `${streamOf(this.log)} is that of another log (${identity}) than its owner has now (${place.identity})`,
        ),
      );
    } else if (place.standing !== 'within' && place.follows !== (identity ?? '')) {
      this.tell(
        new ForeignStream(
          this.log,
          `${streamOf(this.log)} goes on to ${formatPosition(end)}, which is beyond the end of the log that its owner has now`,
        ),
      );
    } else this.tell(undefined);
  }

  /** The owner's answer about a place; asked for once in a while. */
  private async ask(position: LogPosition): Promise<PositionReport | undefined> {
    const { asked } = this;
    if (
      asked &&
      asked.at > performance.now() - ASK_EVERY_MS &&
      comparePositions(asked.position, position) === 0
    )
      return asked.answer;
    const answer = await this.options.askOwner?.(position);
    this.asked = { at: performance.now(), position, answer };
    return answer;
  }

  private tell<E extends Error>(error: E): E;
  private tell(error: undefined): void;
  private tell(error: Error | undefined): Error | void {
    if (error && error.message !== this.problem)
      this.logger.error(`The log of ${this.log} is not read on: ${error.message}`);
    this.problem = error?.message;
    this.options.report?.(this.problem);
    return error;
  }

  /** Messages that are buffered and not handed out yet. */
  private ahead(): { messages: number; bytes: number } {
    const all = { messages: this.recent.messages, end: this.recentEnd! };
    const { messages } = pageOf(all, this.furthest ?? this.recentFrom!, this.recent.length);
    return { messages: messages.length, bytes: sizeOfAll(messages) };
  }

  private trim(): void {
    this.recentFrom = this.recent.trim() ?? this.recentFrom;
  }

  /** Messages that arrived together are signalled once. */
  private grow(): void {
    if (this.growing) return;
    this.growing = true;
    setImmediate(() => {
      this.growing = false;
      for (const listener of this.listeners) listener();
    });
  }
}

/** The stream holds nothing beyond a position. */
class NothingYet extends Error {}
