import type { DataSource } from 'typeorm';
import type { PooledClient } from '../database/pooled-client';
import type { Queryable } from './read-window';

/**
 * One connection of a pool that is kept between statements: a statement does not wait for one that is in use
 * or being opened, and each connection compiles its functions anew. Opened by the first statement, and anew
 * after one that failed.
 */
export class KeptConnection {
  private open: Promise<OpenConnection> | undefined;

  constructor(private readonly source: DataSource) {}

  /** As long as this connection is open, the server has not recovered. */
  async use<T>(work: (connection: Queryable) => Promise<T>): Promise<T> {
    const opening = (this.open ??= connect(this.source));
    try {
      return await work(await opening);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Gives the connection back to the pool. */
  async close(): Promise<void> {
    const { open } = this;
    this.open = undefined;
    await open?.then((connection) => connection.release()).catch(() => undefined);
  }
}

/** One connection for all of `work`: as long as it is open, the server has not recovered. */
export async function withConnection<T>(
  source: DataSource,
  work: (connection: Queryable) => Promise<T>,
): Promise<T> {
  const connection = await connect(source);
  try {
    return await work(connection);
  } finally {
    await connection.release();
  }
}

interface OpenConnection extends Queryable {
  release(): Promise<void>;
}

async function connect(source: DataSource): Promise<OpenConnection> {
  const runner = source.createQueryRunner();
  try {
    const client = (await runner.connect()) as PooledClient;
    return {
      query: async (text, values) => (await client.query(text, values)).rows as unknown[],
      release: () => runner.release(),
    };
  } catch (error) {
    await runner.release().catch(() => undefined);
    throw error;
  }
}
