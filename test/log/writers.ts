import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { publishSideBySide, RolledBackOnPurpose } from './side-by-side';

const KEYS = 50;
const WRITERS = 24;

/**
 * What the writers need besides the log: a row that the writers of a key queue up for, and a table that has
 * nothing to do with it.
 */
export const WRITERS_TABLES = `
  create table orders.log_test_keys (key int primary key, version int not null);
  insert into orders.log_test_keys select k, 0 from generate_series(1, ${KEYS}) k;
  create table orders.log_test_unrelated (x int);
  grant select, insert, update on orders.log_test_keys, orders.log_test_unrelated to public`;

/**
 * Publishes about `count` messages the way that trips naive readers: an unrelated write draws the transaction
 * id early, commits are delayed after the sequence number was drawn, some transactions roll back. Answers the
 * ids of what was committed.
 */
export async function publishUnderConcurrency(database: DataSource, count: number): Promise<Set<string>> {
  const committed = await publishSideBySide(database, { count, writers: WRITERS }, async (manager, id) => {
    if (Math.random() < 0.3) await manager.query('insert into log_test_unrelated values (1)');
    if (Math.random() < 0.1) await sleep(Math.random() * 40);
    await publish(manager, id, 1 + Math.floor(Math.random() * KEYS));
    if (Math.random() < 0.1) await sleep(Math.random() * 20);
    if (Math.random() < 0.05) throw new RolledBackOnPurpose();
  });
  return new Set(committed);
}

/** The key's row is locked before the sequence number is drawn, as the end of a unit of work does it. */
async function publish(manager: EntityManager, id: string, key: number): Promise<void> {
  const [[{ version }]]: [{ version: number }[]] = await manager.query(
    'update log_test_keys set version = version + 1 where key = $1 returning version',
    [key],
  );
  await manager.query(
    `insert into outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
     select generation, $1, 'event', 'test', $2, 'orders.test', 1, '{}', '{"correlationId":"test"}', 0, $3 from log_head`,
    [id, String(key), version],
  );
}
