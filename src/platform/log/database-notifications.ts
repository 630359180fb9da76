import { once } from 'node:events';
import type { Notification, QueryResult } from 'pg';
import { backoff } from '../kernel/backoff';
import { backendPid } from '../database/driver-internals';
import { PooledClient } from '../database/pooled-client';
import { PROCESS_ID } from '../kernel/process-id';
import { abortableDelay } from '../kernel/abortable-delay';

const CHANNEL = 'seamline_log';
const APPLICATION = 'seamline notifications ';
/** The least time between two notifications. */
const PAUSE_MS = 2;
const BACKOFF = { firstMs: 100, longestMs: 5_000 };
const CONNECT_TIMEOUT_MS = 5_000;
/** A connection that is silent for so long is abandoned: the network may have dropped it without notice. */
const ALIVE_WITHIN_MS = 5_000;
/** How often to check for other listeners. A process that is alone sends no notifications. */
const LOOK_ROUND_MS = 1_000;

/**
 * One connection that listens and notifies. Never part of a business transaction: a `NOTIFY` there takes a
 * lock on the whole cluster's queue at commit and makes all commits wait for one another. Lost notifications
 * cost a poll interval, no message.
 */
export class DatabaseNotifications {
  private readonly stopping = new AbortController();
  private readonly waiting = new Set<string>();
  private client: PooledClient | undefined;
  private telling = false;
  private othersListen = true;
  private lookedAt = -Infinity;
  private running: Promise<void> | undefined;
  private asked: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly url: string,
    /** Another process has published to this module's log. */
    private readonly told: (module: string) => void,
    private readonly warn: (line: string) => void,
    private readonly aliveWithinMs = ALIVE_WITHIN_MS,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Notifies the other processes that a module's log has grown: at once, or batched with further growth. */
  tell(module: string): void {
    this.waiting.add(module);
    if (!this.telling) void this.tellAll();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    // The goodbye of a connection from which nothing comes is not answered either.
    const givingUp = setTimeout(() => this.client?.abandon(), this.aliveWithinMs);
    await this.client?.end().catch(() => undefined);
    await this.running;
    clearTimeout(givingUp);
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.stopping.signal.aborted; failures += 1) {
      try {
        await this.listen();
        failures = 0;
      } catch (error) {
        if (failures === 3)
          this.warn(
            `Other processes cannot be told of new messages and find them by themselves: ${(error as Error).message}`,
          );
      }
      await abortableDelay(backoff(failures + 1, BACKOFF), this.stopping.signal);
    }
  }

  /** Resolves when the connection has ended. */
  private async listen(): Promise<void> {
    const client = new PooledClient({
      connectionString: this.url,
      application_name: `${APPLICATION}${PROCESS_ID}`,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: this.aliveWithinMs,
      keepAlive: true,
    });
    const ended = once(client, 'end');
    ended.catch(() => undefined); // also when it fails before it is awaited
    client.on('error', () => undefined); // `end` follows
    client.on('notification', ({ processId, payload }: Notification) => {
      if (processId !== backendPid(client) && payload) this.told(payload);
    });
    try {
      await client.connect();
      // A notification that is lost in a crash of the server is not missed, so none waits for the disk.
      await client.query(`set synchronous_commit to off; listen ${CHANNEL}`);
      this.client = client;
      if (this.stopping.signal.aborted) await client.end();
      const asking = setInterval(
        () => void this.ask(client, 'select').catch(() => undefined),
        this.aliveWithinMs,
      );
      await ended.finally(() => clearInterval(asking));
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    } finally {
      this.client = undefined;
    }
  }

  private async tellAll(): Promise<void> {
    this.telling = true;
    while (this.waiting.size > 0) {
      const modules = [...this.waiting];
      this.waiting.clear();
      // Without notifications, the other processes find the messages when they poll.
      if (this.client) await this.notify(this.client, modules).catch(() => undefined);
      await abortableDelay(PAUSE_MS, this.stopping.signal);
    }
    this.telling = false;
  }

  private async notify(client: PooledClient, modules: string[]): Promise<void> {
    if (!this.othersListen) await this.lookRound(client);
    if (this.othersListen)
      await this.ask(client, 'select pg_notify($1, m) from unnest($2::text[]) as m', [CHANNEL, modules]);
    await this.lookRound(client);
  }

  /** One question after the other, as the driver wants it. */
  private ask(client: PooledClient, text: string, values?: unknown[]): Promise<QueryResult> {
    const answer = this.asked.then(() => client.query(text, values));
    this.asked = answer.catch(() => undefined);
    return answer;
  }

  private async lookRound(client: PooledClient): Promise<void> {
    if (performance.now() - this.lookedAt < LOOK_ROUND_MS) return;
    this.lookedAt = performance.now();
    const { rowCount } = await this.ask(
      client,
      `select from pg_stat_activity where datname = current_database() and usename = current_user
         and application_name like $1 and pid <> pg_backend_pid() limit 1`,
      [`${APPLICATION}%`],
    );
    this.othersListen = rowCount === 1;
  }
}
