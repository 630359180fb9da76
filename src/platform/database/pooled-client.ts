import { Client, type ClientConfig } from 'pg';

/** Beyond this many different statements something builds SQL from data, and preparing it would only fill memory. */
const MOST_STATEMENTS = 1_000;
const names = new Map<string, string>();

/**
 * A connection of a module's pool. Statements with parameters are prepared once and planned once: an order is worth about
 * a hundred of them, and planning costs the server more than running them.
 */
export class PooledClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    // While a connection changes hands between the pool and a transaction nobody listens, and what the server says in
    // that moment (that it goes down) would end the process. Whoever uses the connection next is told by its query.
    this.on('error', () => undefined);
  }

  override query: Client['query'] = ((...args: unknown[]) => {
    const [text, values] = args;
    const name = typeof text === 'string' && Array.isArray(values) && values.length > 0 ? nameOf(text) : undefined;
    const result = (super.query as (...all: unknown[]) => unknown)(...(name ? [{ name, text, values }, ...args.slice(2)] : args));
    if (result instanceof Promise) result.catch((error: Error & { code?: string }) => isSpoilt(error) && this.abandon());
    return result;
  }) as Client['query'];

  private abandon(): void {
    (this as unknown as { connection: { stream: { destroy(error: Error): void } } }).connection.stream.destroy(
      new Error('the connection was given up'),
    );
  }
}

/**
 * Without an answer in time a connection would go back to the pool, still waiting, and make everybody after it wait as
 * long. After a migration its prepared statements may no longer fit.
 */
const isSpoilt = (error: Error & { code?: string }): boolean =>
  error.message === 'Query read timeout' || /cached plan must not change/.test(error.message);

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= MOST_STATEMENTS) return known;
  const name = `s${names.size + 1}`;
  names.set(text, name);
  return name;
}
