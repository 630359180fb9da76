import { Client } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';

const connections = new WeakMap<DataSource, Promise<Client>>();

/**
 * Runs statements in transactions of their own, with the login of the running unit of work. On a connection
 * that no pool hands out: a caller that holds one of a pool and waits for another may wait for ever.
 */
export function beside({ connection: source }: EntityManager): EntityManager {
  const connected = connections.get(source) ?? connect(source);
  connections.set(source, connected);
  const query = async (text: string, values: unknown[]): Promise<unknown[]> =>
    (await (await connected).query<object>(text, values)).rows;
  return { query } as unknown as EntityManager;
}

async function connect({ options }: DataSource): Promise<Client> {
  const { url, extra } = options as { url?: string; extra?: { options?: string } };
  const client = new Client({ connectionString: url, options: extra?.options });
  await client.connect();
  return client;
}
