import { Client } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type Clone, createTestDatabase } from './database';

/** Migrations of one module that can be undone and taken again. */
export interface Steps {
  /** Takes them in their order. */
  up(): Promise<void>;
  /** Undoes them, the last one first. */
  down(): Promise<void>;
}

/**
 * A database of today's version for the tests of one file, whose migrations are undone and taken again by an
 * administrator.
 */
export function migratedDatabase() {
  let database: Clone;
  let client: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.adminUrl });
    await client.connect();
  });

  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  /** The rows of a statement. */
  const query = async <Row = unknown>(sql: string, values?: unknown[]): Promise<Row[]> =>
    (await client.query(sql, values)).rows as Row[];

  /** As each migration runs. */
  async function inTransaction(step: () => Promise<void>): Promise<void> {
    await query('begin');
    try {
      await step();
      await query('commit');
    } catch (error) {
      await query('rollback');
      throw error;
    }
  }

  /** What is asked for from here on is asked in the module's schema. */
  async function stepsOf(module: string, ...migrations: readonly MigrationInterface[]): Promise<Steps> {
    await client.query(`set search_path = ${module}`);
    const runner = { query } as unknown as QueryRunner;
    return {
      up: async () => {
        for (const migration of migrations) await inTransaction(() => migration.up(runner));
      },
      down: async () => {
        for (const migration of migrations.toReversed()) await inTransaction(() => migration.down(runner));
      },
    };
  }

  return { query, stepsOf };
}
