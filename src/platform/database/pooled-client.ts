import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Client, type ClientConfig, type QueryResult } from 'pg';
import { codeOf, isQueryReadTimeout, isStalePlan } from './driver-errors';
import { protocolOf } from './driver-internals';

/**
 * Beyond this many different statements something builds SQL from data, and preparing it would only fill
 * memory.
 */
const MOST_STATEMENTS = 1_000;
const names = new Map<string, string>();
const IN_FAILED_TRANSACTION = '25P02';

/**
 * A connection with a module's login, in its pool or for itself. One that does not answer within its
 * `query_timeout` is given up. Statements with parameters, be it an empty list, are prepared once and planned
 * once: planning costs the server more than running them.
 */
export class PooledClient extends Client {
  private holding = false;
  private gathering = false;
  /** The last error of a statement that failed by itself, and not because one before it had failed. */
  lastFailure: Error | undefined;

  constructor(config?: string | ClientConfig) {
    super(config);
    // While a connection changes hands between the pool and a transaction it has no listener, and what the
    // server says in that moment (that it goes down) would end the process. The next query on the connection
    // reports it.
    this.on('error', () => undefined);
  }

  override query: Client['query'] = ((...args: unknown[]) => {
    const [text, values] = args;
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined;
    this.gather();
    const result = (super.query as (...all: unknown[]) => unknown)(
      ...(name ? [{ name, text, values }, ...args.slice(2)] : args),
    );
    if (this.holding) {
      this.holding = false;
      this.stream.uncork();
    }
    if (result instanceof Promise) result.catch((error: Error) => this.note(error));
    return result;
  }) as Client['query'];

  /**
   * Sends a statement together with the next one, whenever that comes. Needs a connection in pipeline mode.
   */
  queryWithNext(text: string): Promise<QueryResult> {
    this.stream.cork();
    const result = this.query(text);
    this.holding = true;
    return result;
  }

  /**
   * Without an answer in time a connection would go back to the pool, still waiting, and make every later
   * user wait as long. After a migration its prepared statements may no longer fit.
   */
  private note(error: Error): void {
    if (codeOf(error) !== IN_FAILED_TRANSACTION) this.lastFailure = error;
    if (isQueryReadTimeout(error) || isStalePlan(error)) this.abandon();
  }

  /**
   * Has everything that is asked in this turn of the event loop leave in one piece: each write is a call of
   * the system and wakes the server.
   */
  private gather(): void {
    if (this.gathering) return;
    this.gathering = true;
    const { stream } = this;
    stream.cork();
    process.nextTick(() => {
      this.gathering = false;
      stream.uncork();
    });
  }

  /** Ends it from this side, without waiting for the server's goodbye. */
  abandon(): void {
    // Destroying it tells the pool some time later, and pg may have destroyed it already without a word:
    // until then the pool would hand it out again. An error tells it before this query's user can give the
    // connection back.
    this.wire.emit(
      'error',
      Object.assign(new Error('the connection was given up'), { code: 'ECONNABORTED' }),
    );
    this.stream.destroy();
  }

  private get stream(): Socket {
    return this.wire.stream;
  }

  private get wire(): EventEmitter & { stream: Socket } {
    return protocolOf(this);
  }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= MOST_STATEMENTS) return known;
  const name = `s${names.size + 1}`;
  names.set(text, name);
  return name;
}
