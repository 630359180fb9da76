import type { Pool } from 'pg';
import { openPool } from '../contestants/pool';
import { backlog, KEYS } from './message';

/** Reads from the business table how often the handlers' update has happened. */
export class EffectCounter {
  private constructor(
    private readonly pool: Pool,
    private readonly table: string,
  ) {}

  static async open(url: string): Promise<EffectCounter> {
    const pool = openPool(url, 1);
    // Some contestants have their tables in a schema.
    const { rows } = await pool.query<{ name: string }>(
      `select coalesce(to_regclass('accounts'), to_regclass('bench.accounts'))::text as name`,
    );
    return new EffectCounter(pool, rows[0].name);
  }

  async total(): Promise<number> {
    const { rows } = await this.pool.query<{ total: string }>(
      `select sum(effects) as total from ${this.table}`,
    );
    return Number(rows[0].total);
  }

  /** Effects too many and too few, key by key, when each of `count` messages should have had one. */
  async compare(count: number): Promise<{ doubled: number; missing: number }> {
    const expected = new Int32Array(KEYS);
    for (const { key } of backlog(count)) expected[key] += 1;
    const { rows } = await this.pool.query<{ id: number; effects: string }>(
      `select id, effects from ${this.table}`,
    );
    const differences = rows.map(({ id, effects }) => Number(effects) - expected[id]);
    const sum = (values: number[]): number => values.reduce((total, value) => total + Math.max(0, value), 0);
    return { doubled: sum(differences), missing: sum(differences.map((difference) => -difference)) };
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
