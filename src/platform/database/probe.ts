import type { DataSource } from 'typeorm';
import { isExhausted } from './bounded-queue-pool';
import { optionsOf, poolOf } from './driver-internals';
import { PooledClient } from './pooled-client';

const ANSWER_WITHIN_MS = 2_000;

/**
 * Resolves when a module's database answers, throws when it does not. Where each connection of the pool is in
 * use, it asks on one of its own, which is admitted as those of the pool are: statements that wait for one
 * another say nothing of the server.
 */
export async function probe(source: DataSource): Promise<void> {
  const pool = poolOf(source);
  if (!pool || !isExhausted(pool)) return void (await source.query('select 1'));
  const { onConnect, application_name: name } = optionsOf<{
    application_name: string;
    onConnect?: (client: PooledClient) => Promise<void>;
  }>(pool);
  const client = new PooledClient({
    connectionString: source.options.type === 'postgres' ? source.options.url : undefined,
    application_name: `${name} probe`,
    connectionTimeoutMillis: ANSWER_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
    // Admitting a connection sends several statements at once.
    pipeline: true,
  });
  try {
    await client.connect();
    await onConnect?.(client);
    await client.query('select 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}
