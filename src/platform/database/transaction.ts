import type { QueryResult } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { failpoint } from '../kernel/failpoints';
import { codeOf } from './driver-errors';
import type { PooledClient } from './pooled-client';
import { SwallowedError } from './swallowed-error';

const IN_FAILED_TRANSACTION = '25P02';

/**
 * A statement that is sent with the commit behind it. Its values are of types that `pg` can always convert:
 * one that it could not would keep this statement from being sent, and not the commit.
 */
export interface Statement {
  text: string;
  values: (string | number | Buffer)[];
}

/**
 * One transaction on a connection of its own. `BEGIN` travels with the first statement and `COMMIT` with the
 * last one: a short transaction is mostly waiting for answers that say nothing.
 */
export class Transaction {
  private constructor(
    private readonly runner: QueryRunner,
    private readonly client: PooledClient,
  ) {}

  static async begin(source: DataSource): Promise<Transaction> {
    const runner = source.createQueryRunner();
    try {
      const client = (await runner.connect()) as PooledClient;
      client.lastFailure = undefined;
      // Should it fail, so does the next one.
      client.queryWithNext('begin').catch(() => undefined);
      // TypeORM has to know, or what it does in a transaction of its own would begin and commit in the middle
      // of this one.
      Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
      return new Transaction(runner, client);
    } catch (error) {
      await runner.release().catch(() => undefined);
      throw error;
    }
  }

  get manager(): EntityManager {
    return this.runner.manager;
  }

  /**
   * Runs `last` and commits; throws when either did not happen, and then neither has. Never rolls back; the
   * caller must.
   */
  async commit(last?: Statement): Promise<void> {
    // The server answers in order and refuses to commit after an error, so the first answer need not be
    // awaited.
    failpoint('unit-of-work.before-commit');
    const appending = last && this.client.query(last.text, last.values);
    const answers = await Promise.allSettled([appending, this.client.query('commit')]);
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
    const [, committed] = answers as [unknown, PromiseFulfilledResult<QueryResult>];
    this.end();
    // The answer to a commit after a failed statement whose error was swallowed.
    if (committed.value.command !== 'COMMIT') throw new SwallowedError(this.client.lastFailure);
  }

  /**
   * The error of a unit of work, or what is behind it: that a transaction has failed says nothing about why.
   */
  explain(error: unknown): unknown {
    return codeOf(error) === IN_FAILED_TRANSACTION ? new SwallowedError(this.client.lastFailure) : error;
  }

  /** Undoes everything, as far as the connection still allows it. */
  async rollback(): Promise<void> {
    if (this.runner.isTransactionActive) await this.client.query('rollback').catch(() => undefined);
    this.end();
  }

  /** Gives the connection back. */
  async release(): Promise<void> {
    await this.runner.release().catch(() => undefined);
  }

  private end(): void {
    Object.assign(this.runner, { isTransactionActive: false, transactionDepth: 0 });
  }
}
