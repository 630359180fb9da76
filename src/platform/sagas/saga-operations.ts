import { Injectable } from '@nestjs/common';
import { ModuleDatabases } from '../database/module-databases';

/** A process whose deadline has passed and could not be acted upon. */
export interface FailedDeadline {
  module: string;
  saga: string;
  id: string;
  /** Where the process stands. */
  state: string;
  deadlineAt: Date;
  failures: number;
  failingSince: Date;
  retryAt: Date;
  error: string;
}

/** What an operator sees of the processes of this process's modules. */
@Injectable()
export class SagaOperations {
  constructor(private readonly databases: ModuleDatabases) {}

  /**
   * The deadlines that failed and are tried again, those that have failed longest first; at most `limit` of
   * each module.
   */
  async failedDeadlines(limit = 200): Promise<FailedDeadline[]> {
    const failed = this.databases.modules.map(async (module) => {
      const rows: Omit<FailedDeadline, 'module'>[] = await this.databases.of(module).query(
        `select f.saga, f.id, s.state, s.deadline_at as "deadlineAt", f.failures, f.failing_since as "failingSince", f.retry_at as "retryAt", f.error
         from saga_deadline_failures f join sagas s using (saga, id) where s.deadline_at is not null order by f.failing_since limit $1`,
        [limit],
      );
      return rows.map((row) => ({ module, ...row }));
    });
    return (await Promise.all(failed)).flat();
  }
}
