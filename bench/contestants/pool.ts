import { Pool, type PoolClient } from 'pg';

/** Connections that survive the end of their server. */
export function openPool(url: string, max: number): Pool {
  const pool = new Pool({ connectionString: url, max });
  pool.on('error', () => undefined);
  return pool;
}

export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    client.release(error as Error);
    throw error;
  }
}

/** The one number that a statement answers. */
export async function numberFrom(url: string, statement: string): Promise<number> {
  const pool = openPool(url, 1);
  try {
    const { rows } = await pool.query<{ count: string }>(statement);
    return Number(rows[0].count);
  } finally {
    await pool.end();
  }
}

/** Statements that prepare a database. */
export async function execute(url: string, statements: string): Promise<void> {
  const pool = openPool(url, 1);
  try {
    await pool.query(statements);
  } finally {
    await pool.end();
  }
}
