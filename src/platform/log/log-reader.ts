import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { backoff } from '../kernel/backoff';
import { failpoint } from '../kernel/failpoints';
import { ForeignHistory, ServerHistory } from '../database/server-history';
import { abortableDelay } from '../kernel/abortable-delay';
import { WakeSignal } from '../kernel/wake-signal';
import type { Envelope, LogPosition } from '../messages/envelope';
import { sizeOfAll } from '../messages/message-size';
import { Backlog } from './backlog';
import { PositionBeyondLog } from './position-beyond-log';
import type { ReportLogProblem } from './log-health';
import { LogHistory } from './log-history';
import { joined, type LogPage, pageOf } from './log-page';
import { comparePositions, startOfWindow } from './log-position';
import { type LogSource, LogUnavailable } from './log-source';
import { KeptConnection, withConnection } from './kept-connection';
import { type Queryable, readWindowsWithin, tickAndRead } from './read-window';
import { RecentMessages } from './recent-messages';
import { RowLimit } from './row-limit';

export interface LogReaderOptions {
  /**
   * How long to wait for a signal before looking anyway, milliseconds. Grows from the first to the second
   * while nothing happens.
   */
  pollMs: [shortest: number, longest: number];
  /** Messages kept in memory for the subscriptions that are caught up. */
  cacheSize: number;
}

interface Head {
  generation: number;
  tick: bigint;
}

/** Before the first generation: nothing comes after it in the log. */
const NOWHERE: Head = { generation: 0, tick: 0n };
/**
 * What is read at once for a subscription that has fallen behind: with PostgreSQL's usual `work_mem` it stays
 * in the server's memory. More at once costs more for each message, here and there: 2,500 take a seventh
 * longer.
 */
const CHUNK_SIZE = 1_000;
const CHUNK_BYTES = 2_500_000;
/** Of the messages that are kept for subscriptions that are caught up. */
const RECENT_BYTES = 8_000_000;
const TICKS_PER_CHUNK = 1_000n;
const BACKOFF = { firstMs: 100, longestMs: 2_000 };
/** Longer than readers take to notice a recovery. */
const UNSURE_MS = 10_000;
/** A tick that took longer was not busy but stopped. */
const LONGEST_REST_MS = 10;
/** So much time goes into ticks before the first rest. */
const UNRESTED_MS = 5;

/**
 * Reads one module's log with the rights of its owner: closes windows with ticks and hands out pages of them.
 * Subscriptions that are caught up share one read; the others read pages of their own.
 */
export class LogReader implements LogSource {
  private readonly logger = new Logger(LogReader.name);
  private readonly listeners = new Set<() => void>();
  private head!: Head;
  /** When the last tick was asked for, in the server's life in which everything here was read. */
  private tickedAt = 0;
  /** Set after a recovery while some readers may not have reloaded their stored positions. */
  private unsureUntil = 0;
  /** The database has another history, and the operator was alerted. */
  private isForeign = false;
  private readonly recent: RecentMessages;
  private readonly rows = new RowLimit(CHUNK_SIZE, CHUNK_BYTES);
  private recentFrom!: LogPosition;
  private readonly backlog = new Backlog((from, throughTick) => this.readChunk(from, throughTick));
  private readonly wake = new WakeSignal();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private readonly history: LogHistory;
  /** How long ticks have taken since the reader last rested, less the time between them, milliseconds. */
  private restOwed = 0;
  private tickEnded = 0;
  /** Set while a reader's position is beyond the end of the log. */
  private beyond: LogPosition | undefined;

  private readonly server: ServerHistory;
  private readonly ticking: KeptConnection;

  constructor(
    readonly log: string,
    private readonly owner: DataSource,
    private readonly options: LogReaderOptions,
    private readonly report: ReportLogProblem = () => undefined,
  ) {
    this.history = new LogHistory(owner);
    this.server = ServerHistory.of(owner);
    this.ticking = new KeptConnection(owner);
    this.recent = new RecentMessages({ messages: options.cacheSize, bytes: RECENT_BYTES });
  }

  /**
   * Reads on in the background. Its connections have made sure that the log belongs to the server's history.
   */
  async start(): Promise<void> {
    await this.ticking.use(async (connection) => {
      const { head, askedAt } = await this.tickAndRead(connection, NOWHERE);
      this.head = head;
      this.tickedAt = askedAt;
    });
    this.recentFrom = startOfWindow(this.head.generation, this.head.tick);
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake.raise();
    await this.running;
    await this.ticking.close();
    await this.backlog.close();
    this.report(undefined);
  }

  /** Says that the log has probably grown. */
  signal(): void {
    this.wake.raise();
  }

  /** Calls `listener` whenever there is more to read; returns the way to stop it. */
  onGrowth(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The end of what has been closed so far. */
  get end(): LogPosition {
    return startOfWindow(this.head.generation, this.head.tick);
  }

  get asOf(): number {
    return this.tickedAt;
  }

  /**
   * Waits until everything up to the end of a page is on the disk. Throws `LogUnavailable` when the server
   * has recovered since it was read.
   */
  async flush({ asOf }: Pick<LogPage, 'asOf'>): Promise<void> {
    await withConnection(this.owner, async (connection) => {
      if (!this.isOfThisLife(asOf)) throw new LogUnavailable(this.log, 'its server has recovered since');
      await connection.query('select flush_log()', []);
    });
  }

  /** False when the server is known to have recovered since then. */
  isOfThisLife(asOf = Number.POSITIVE_INFINITY): boolean {
    return this.server.since <= asOf;
  }

  /** The first position of the log that can still be read. */
  async beginning(): Promise<LogPosition> {
    const [first]: { generation: number; tick: string }[] = await this.owner.query(
      'select generation, tick from ticks order by generation, tick limit 1',
    );
    return startOfWindow(first.generation, BigInt(first.tick));
  }

  /** At most `limit` messages after a position. An `end` equal to `after` means that there is nothing yet. */
  async read(after: LogPosition, limit: number, since = Number.NEGATIVE_INFINITY): Promise<LogPage> {
    if (comparePositions(after, this.end) > 0) return this.readBeyond(after);
    if (this.isRecent(after)) return this.readRecent(after, limit);
    return this.readStored(after, limit, since);
  }

  private readRecent(after: LogPosition, limit: number): LogPage {
    const page = pageOf({ messages: this.recent.messages, end: this.end, asOf: this.tickedAt }, after, limit);
    return comparePositions(page.end, after) > 0 ? page : { ...page, end: after };
  }

  /**
   * Another process may have closed a window that this one does not know yet. Otherwise the log is not the
   * one that was read.
   */
  private async readBeyond(after: LogPosition): Promise<LogPage> {
    const end = await this.history.end();
    if (comparePositions(after, end) <= 0) {
      this.wake.raise();
      return { messages: [], end: after };
    }
    // Positions that were read and not stored go back with the ticks that a crash took away; those that are
    // stored do not.
    if (performance.now() < this.unsureUntil)
      throw new LogUnavailable(this.log, 'its server has recovered, and positions are taken as stored');
    const error = new PositionBeyondLog(this.log, after, end);
    this.beyond = after;
    this.report(error.message);
    throw error;
  }

  private async readStored(after: LogPosition, limit: number, since: number): Promise<LogPage> {
    const last =
      after.generation === this.head.generation ? this.head.tick : await this.lastTickOf(after.generation);
    // The end of the generation decides: a position beyond it, in what the log once was, continues in the
    // next one, too.
    if (after.tick >= last) return { messages: [], end: startOfWindow(after.generation + 1, 0n) };
    let chunk = await this.backlog.at(after, last);
    if ((chunk.asOf ?? since) < since) {
      this.backlog.forget();
      chunk = await this.backlog.at(after, last);
    }
    // While this one is handed out, the server reads the next.
    this.readAhead(chunk.end, last);
    const page = pageOf(chunk, after, limit);
    const missing = limit - page.messages.length;
    const next = missing > 0 ? this.backlog.ready(page.end) : undefined;
    if (!next || (next.asOf ?? since) < since) return page;
    // The end of each chunk would make a small batch, which costs as much as a full one.
    this.readAhead(next.end, last);
    return joined(page, pageOf(next, page.end, missing));
  }

  private readAhead(from: LogPosition, last: bigint): void {
    if (from.tick < last && !this.isRecent(from)) this.backlog.readAhead(from, last);
  }

  private isRecent(after: LogPosition): boolean {
    return after.generation === this.head.generation && comparePositions(after, this.recentFrom) >= 0;
  }

  /**
   * Windows up to `last`, a tick of this reader's head. Throws `LogUnavailable` when the server has recovered
   * since that head was seen: its last ticks may be gone, so nothing is found in their windows, and messages
   * that came before are in others of the same numbers.
   */
  private async readChunk(from: LogPosition, last: bigint): Promise<LogPage> {
    const { head, tickedAt } = this;
    const isGone = (): boolean =>
      (from.generation === head.generation && last > head.tick) || this.server.since > tickedAt;
    const through = from.tick + TICKS_PER_CHUNK < last ? from.tick + TICKS_PER_CHUNK : last;
    return withConnection(this.owner, async (connection) => {
      const asOf = performance.now();
      const limit = { messages: this.rows.next, bytes: CHUNK_BYTES };
      const { messages, isFull } = await readWindowsWithin(connection, this.log, from, through, limit);
      if (isGone())
        throw new LogUnavailable(this.log, 'its server has recovered, and its end is not known yet');
      this.rows.saw(messages.length, sizeOfAll(messages));
      const end = isFull ? messages[messages.length - 1].position : startOfWindow(from.generation, through);
      return { messages, end, asOf };
    });
  }

  private async run(): Promise<void> {
    let quiet = this.options.pollMs[0];
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      const begin = performance.now();
      try {
        const grew = await this.advance();
        failures = 0;
        if (this.isForeign) this.report(undefined);
        this.isForeign = false;
        quiet = grew ? this.options.pollMs[0] : Math.min(quiet * 2, this.options.pollMs[1]);
        if (grew) await this.restAfterTick(begin);
        // A tick that found nothing is no rest.
        else this.tickEnded += performance.now() - begin;
        await this.wake.sleep(quiet);
      } catch (error) {
        failures += 1;
        if (error instanceof ForeignHistory) this.tellForeign(error);
        else if (failures === 1)
          this.logger.warn(
            `The log of ${this.log} cannot be read and is tried again: ${(error as Error).message}`,
          );
        await abortableDelay(backoff(failures, BACKOFF), this.stopping.signal);
      }
    }
  }

  /**
   * At most half of the time goes into ticks, but for a few in a row: they come at once where little happens,
   * and cover more where the server is busy.
   */
  private async restAfterTick(begin: number): Promise<void> {
    const now = performance.now();
    const owed = Math.max(0, this.restOwed - (begin - this.tickEnded)) + (now - begin);
    this.restOwed = Math.min(owed, UNRESTED_MS + LONGEST_REST_MS);
    this.tickEnded = now;
    if (this.restOwed > UNRESTED_MS) await abortableDelay(this.restOwed - UNRESTED_MS, this.stopping.signal);
  }

  private tellForeign({ message }: ForeignHistory): void {
    if (!this.isForeign) this.logger.error(message);
    this.isForeign = true;
    this.report(message);
  }

  private async advance(): Promise<boolean> {
    const { head, messages, isFull, askedAt } = await this.ticking.use((connection) =>
      this.tickAndRead(connection, this.head),
    );
    if (this.server.since > this.tickedAt) {
      this.beginAnew(head, askedAt);
      return true;
    }
    this.tickedAt = askedAt;
    if (head.generation === this.head.generation && head.tick === this.head.tick) return false;
    if (head.generation !== this.head.generation || isFull) this.forget(head);
    else this.remember(messages);
    this.head = head;
    this.noticeReturn();
    for (const listener of this.listeners) listener();
    return true;
  }

  private noticeReturn(): void {
    if (!this.beyond || comparePositions(this.beyond, this.end) > 0) return;
    this.beyond = undefined;
    this.report(undefined);
  }

  /**
   * Ticks of before the recovery may be gone, and their numbers be those of other windows: nothing of before
   * is right any more.
   */
  private beginAnew(head: Head, askedAt: number): void {
    this.logger.warn(`The server of ${this.log} has recovered. Positions are taken as they are stored.`);
    this.forget(head);
    this.backlog.forget();
    this.head = head;
    this.tickedAt = askedAt;
    this.unsureUntil = askedAt + UNSURE_MS;
    for (const listener of this.listeners) listener();
  }

  private remember(messages: Envelope[]): void {
    this.recent.push(...messages);
    this.recentFrom = this.recent.trim() ?? this.recentFrom;
  }

  private forget(head: Head): void {
    this.recent.clear();
    this.recentFrom = startOfWindow(head.generation, head.tick);
  }

  /** The new head, and what has come up to it since the old one. */
  private async tickAndRead(
    connection: Queryable,
    old: Head,
  ): Promise<{ head: Head; messages: Envelope[]; isFull: boolean; askedAt: number }> {
    const limit = { messages: Math.min(this.options.cacheSize + 1, this.rows.fitting), bytes: RECENT_BYTES };
    failpoint('tick.before');
    const askedAt = performance.now();
    const { tick, messages, isFull } = await tickAndRead(connection, this.log, old, limit);
    failpoint('tick.after');
    this.rows.saw(messages.length, sizeOfAll(messages));
    const head = { generation: tick.current_generation, tick: BigInt(tick.current_tick) };
    const seen = {
      ...head,
      takenAt: tick.taken_at,
      written: BigInt(tick.written),
      flushed: BigInt(tick.flushed),
    };
    this.server.noteTick(tick.mark, seen, askedAt);
    // The tick may be another process's, and that one may have closed the next window before this page was
    // read.
    return { head, messages: messages.filter(({ position }) => position.tick < head.tick), isFull, askedAt };
  }

  private async lastTickOf(generation: number): Promise<bigint> {
    const [row]: { tick: string | null }[] = await this.owner.query(
      'select max(tick) as tick from ticks where generation = $1',
      [generation],
    );
    if (row.tick === null)
      throw new Error(`The log of ${this.log} no longer holds generation ${generation}.`);
    return BigInt(row.tick);
  }
}
