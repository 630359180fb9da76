import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { failpoint } from '../../failpoints';
import type { PooledClient } from '../../database/pooled-client';
import { rest, Wake } from '../../wake';
import type { Envelope, LogPosition } from '../envelope';
import { Backlog } from './backlog';
import { BeyondLog } from './beyond-log';
import type { ReportLogProblem } from './log-health';
import { LogHistory } from './log-history';
import { type LogPage, pageOf } from './log-page';
import { comparePositions, startOfWindow } from './log-position';
import type { LogSource } from './log-source';
import { type Asking, readWindows } from './read-window';

export interface LogReaderOptions {
  /** How long to wait for a signal before looking anyway, milliseconds. Grows from the first to the second while nothing happens. */
  pollMs: [shortest: number, longest: number];
  /** Messages kept in memory for the subscriptions that are caught up. */
  cacheSize: number;
}

interface Head {
  generation: number;
  tick: bigint;
}

/** What is read at once for a subscription that has fallen behind, and handed out in its pages. */
const CHUNK_SIZE = 4_000;
const TICKS_PER_CHUNK = 1_000n;
const LONGEST_BACKOFF_MS = 2_000;
/** A tick that took longer was not busy but stopped. */
const LONGEST_REST_MS = 10;

/**
 * Reads one module's log with the rights of its owner: closes windows with ticks and hands out pages of them.
 * Subscriptions that are caught up share one read; the others read pages of their own.
 */
export class LogReader implements LogSource {
  private readonly logger = new Logger(LogReader.name);
  private readonly listeners = new Set<() => void>();
  private head!: Head;
  private recent: Envelope[] = [];
  private recentFrom!: LogPosition;
  private readonly backlog = new Backlog((from, throughTick) => this.readChunk(from, throughTick));
  private readonly wake = new Wake();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private readonly history: LogHistory;
  /** Where somebody reads who has come further than the log goes. */
  private beyond: LogPosition | undefined;

  constructor(
    readonly log: string,
    private readonly owner: DataSource,
    private readonly options: LogReaderOptions,
    private readonly report: ReportLogProblem = () => undefined,
  ) {
    this.history = new LogHistory(owner);
  }

  /** Checks that the log belongs to this server's history, then reads on in the background. */
  async start(): Promise<void> {
    await this.refuseForeignHistory();
    this.head = await this.takeTick(this.owner);
    this.recentFrom = startOfWindow(this.head.generation, this.head.tick);
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake.raise();
    await this.running;
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

  /** The first position of the log that can still be read. */
  async beginning(): Promise<LogPosition> {
    const [first]: { generation: number; tick: string }[] = await this.owner.query(
      'select generation, tick from ticks order by generation, tick limit 1',
    );
    return startOfWindow(first.generation, BigInt(first.tick));
  }

  /** At most `limit` messages after a position. An `end` equal to `after` means that there is nothing yet. */
  async read(after: LogPosition, limit: number): Promise<LogPage> {
    if (comparePositions(after, this.end) > 0) return this.readBeyond(after);
    if (this.isRecent(after)) return this.readRecent(after, limit);
    return this.readStored(after, limit);
  }

  private readRecent(after: LogPosition, limit: number): LogPage {
    const page = pageOf({ messages: this.recent, end: this.end }, after, limit);
    return comparePositions(page.end, after) > 0 ? page : { ...page, end: after };
  }

  /** Another process may have closed a window that this one does not know yet. Otherwise the log is not the one that was read. */
  private async readBeyond(after: LogPosition): Promise<LogPage> {
    const end = await this.history.end();
    if (comparePositions(after, end) <= 0) {
      this.wake.raise();
      return { messages: [], end: after };
    }
    const error = new BeyondLog(this.log, after, end);
    this.beyond = after;
    this.report(error.message);
    throw error;
  }

  private async readStored(after: LogPosition, limit: number): Promise<LogPage> {
    const last = after.generation === this.head.generation ? this.head.tick : await this.lastTickOf(after.generation);
    // Whoever ended the generation has said what holds: a place beyond its end, in what the log once was, goes on with the next one too.
    if (after.tick >= last) return { messages: [], end: startOfWindow(after.generation + 1, 0n) };
    const chunk = await this.backlog.at(after, last);
    // While this one is handed out, the server reads the next.
    if (chunk.end.tick < last && !this.isRecent(chunk.end)) this.backlog.readAhead(chunk.end, last);
    return pageOf(chunk, after, limit);
  }

  private isRecent(after: LogPosition): boolean {
    return after.generation === this.head.generation && comparePositions(after, this.recentFrom) >= 0;
  }

  private async readChunk(from: LogPosition, last: bigint): Promise<LogPage> {
    const through = from.tick + TICKS_PER_CHUNK < last ? from.tick + TICKS_PER_CHUNK : last;
    const messages = await readWindows(this.owner, this.log, from, through, CHUNK_SIZE);
    const end = messages.length === CHUNK_SIZE ? messages[CHUNK_SIZE - 1].position : startOfWindow(from.generation, through);
    return { messages, end };
  }

  private async run(): Promise<void> {
    let quiet = this.options.pollMs[0];
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      const begin = performance.now();
      try {
        const grew = await this.advance();
        failures = 0;
        quiet = grew ? this.options.pollMs[0] : Math.min(quiet * 2, this.options.pollMs[1]);
        // At most half of the time goes into ticks: they come soon where little happens, and cover more where the server is busy.
        if (grew) await rest(Math.min(performance.now() - begin, LONGEST_REST_MS), this.stopping.signal);
        await this.wake.sleep(quiet);
      } catch (error) {
        failures += 1;
        if (failures === 1) this.logger.warn(`The log of ${this.log} cannot be read and is tried again: ${(error as Error).message}`);
        await rest(Math.min(50 * 2 ** failures, LONGEST_BACKOFF_MS), this.stopping.signal);
      }
    }
  }

  private async advance(): Promise<boolean> {
    const { head, messages } = await this.tickAndRead();
    if (head.generation === this.head.generation && head.tick === this.head.tick) return false;
    if (head.generation !== this.head.generation || messages.length > this.options.cacheSize) this.forget(head);
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

  private remember(messages: Envelope[]): void {
    this.recent.push(...messages);
    if (this.recent.length <= 2 * this.options.cacheSize) return;
    const dropped = this.recent.splice(0, this.recent.length - this.options.cacheSize);
    this.recentFrom = dropped[dropped.length - 1].position;
  }

  private forget(head: Head): void {
    this.recent = [];
    this.recentFrom = startOfWindow(head.generation, head.tick);
  }

  /** The new head, and what has come up to it since the old one. Both are asked for at once: the second statement sees what the first did. */
  private async tickAndRead(): Promise<{ head: Head; messages: Envelope[] }> {
    const runner = this.owner.createQueryRunner();
    try {
      const client = (await runner.connect()) as PooledClient;
      const connection: Asking = { query: async (text, values) => (await client.query(text, values)).rows as unknown[] };
      const [head, messages] = await Promise.all([
        this.takeTick(connection),
        readWindows(connection, this.log, this.end, null, this.options.cacheSize + 1),
      ]);
      // Another process may have closed another window in between.
      return { head, messages: messages.filter(({ position }) => position.tick < head.tick) };
    } finally {
      await runner.release();
    }
  }

  private async takeTick(connection: Asking): Promise<Head> {
    failpoint('tick.before');
    const [row] = (await connection.query('select * from take_tick()', [])) as { current_generation: number; current_tick: string }[];
    failpoint('tick.after');
    return { generation: row.current_generation, tick: BigInt(row.current_tick) };
  }

  private async lastTickOf(generation: number): Promise<bigint> {
    const [row]: { tick: string | null }[] = await this.owner.query('select max(tick) as tick from ticks where generation = $1', [
      generation,
    ]);
    if (row.tick === null) throw new Error(`The log of ${this.log} no longer holds generation ${generation}.`);
    return BigInt(row.tick);
  }

  /** Transaction ids mean nothing in another cluster or on another timeline: reading on would lose messages silently. */
  private async refuseForeignHistory(): Promise<void> {
    const [row]: { foreign_history: boolean }[] = await this.owner.query(
      `select h.system_identifier <> (select s.system_identifier from pg_control_system() s)
           or h.timeline <> (select c.timeline_id from pg_control_checkpoint() c)
           or pg_snapshot_xmax(t.snapshot) > pg_snapshot_xmax(pg_current_snapshot()) as foreign_history
       from log_head h join ticks t using (generation, tick)`,
    );
    if (row.foreign_history) {
      throw new Error(
        `The log of "${this.log}" was written by another database server or on another timeline (a restore, a copy or a promotion), ` +
          `and its ticks cannot be read on here. Stop every process and run: npm run ops -- begin-generation ${this.log}`,
      );
    }
  }
}
