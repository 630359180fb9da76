import { once } from 'node:events';
import type { Notification, QueryResult } from 'pg';
import { PooledClient } from '../../database/pooled-client';
import { PROCESS_ID } from '../../process-id';
import { rest } from '../../wake';

const CHANNEL = 'seamline_log';
const APPLICATION = 'seamline notifications ';
const DEBOUNCE_MS = 5;
const LONGEST_BACKOFF_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A connection from which nothing comes for so long is given up: the network may have forgotten it and told nobody. */
const ALIVE_WITHIN_MS = 5_000;
/** Whether anybody else listens is asked this often, so that a process that is alone tells nobody. */
const LOOK_ROUND_MS = 1_000;

/**
 * One connection that listens and notifies. Never part of a business transaction: a `NOTIFY` there takes a lock on the whole
 * cluster's queue at commit and makes all commits wait for one another. Lost notifications cost a poll interval, no message.
 */
export class DatabaseNotifications {
  private readonly stopping = new AbortController();
  private readonly waiting = new Set<string>();
  private client: PooledClient | undefined;
  private timer: NodeJS.Timeout | undefined;
  private othersListen = true;
  private lookedAt = 0;
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

  /** Tells the other processes that a module's log has grown, together with whatever else is to be told in the next moment. */
  tell(module: string): void {
    this.waiting.add(module);
    this.timer ??= setTimeout(() => void this.flush(), DEBOUNCE_MS);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
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
          this.warn(`Other processes cannot be told of new messages and find them by themselves: ${(error as Error).message}`);
      }
      await rest(Math.min(100 * 2 ** failures, LONGEST_BACKOFF_MS), this.stopping.signal);
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
    ended.catch(() => undefined); // also when it fails before anybody waits for it
    client.on('error', () => undefined); // `end` follows
    client.on('notification', ({ processId, payload }: Notification) => {
      if (processId !== (client as unknown as { processID: number }).processID && payload) this.told(payload);
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      this.client = client;
      if (this.stopping.signal.aborted) await client.end();
      const asking = setInterval(() => void this.ask(client, 'select').catch(() => undefined), this.aliveWithinMs);
      await ended.finally(() => clearInterval(asking));
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    } finally {
      this.client = undefined;
    }
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    const modules = [...this.waiting];
    this.waiting.clear();
    try {
      if (this.client && (await this.hasListeners(this.client))) {
        await this.ask(this.client, 'select pg_notify($1, m) from unnest($2::text[]) as m', [CHANNEL, modules]);
      }
    } catch {
      // Nobody was told: the others find the messages when they look.
    }
  }

  /** One question after the other, as the driver wants it. */
  private ask(client: PooledClient, text: string, values?: unknown[]): Promise<QueryResult> {
    const answer = this.asked.then(() => client.query(text, values));
    this.asked = answer.catch(() => undefined);
    return answer;
  }

  private async hasListeners(client: PooledClient): Promise<boolean> {
    if (Date.now() - this.lookedAt < LOOK_ROUND_MS) return this.othersListen;
    this.lookedAt = Date.now();
    const { rowCount } = await this.ask(
      client,
      `select from pg_stat_activity where datname = current_database() and usename = current_user
         and application_name like $1 and pid <> pg_backend_pid() limit 1`,
      [`${APPLICATION}%`],
    );
    this.othersListen = rowCount === 1;
    return this.othersListen;
  }
}
