import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { ModuleDatabases } from '../database/module-databases';
import { Refusal } from '../domain/refusal';
import { keySpellings } from '../messages/validation/uuid';
import { JobSignal } from './job-signal';

export interface JobCount {
  module: string;
  type: string;
  /** Due, running, or waiting for the next attempt. */
  open: number;
  /**
   * Never tried, because its time has not come: a repeating task waits so, and so does what is wanted at a
   * later time.
   */
  scheduled: number;
  parked: number;
}

export interface ParkedJob {
  module: string;
  type: string;
  idempotencyKey: string;
  failures: number;
  error: string;
  parkedAt: Date;
}

/** A job that has failed and is tried again. */
export interface FailingJob {
  module: string;
  type: string;
  idempotencyKey: string;
  /** Failures that count as the handler's. */
  failures: number;
  /** Those that do not. */
  transientFailures: number;
  failingSince: Date;
  error: string;
  runAt: Date;
}

/** What an operator sees of the jobs of this process's modules, and can do about them. */
@Injectable()
export class JobOperations {
  constructor(
    private readonly databases: ModuleDatabases,
    private readonly signal: JobSignal,
  ) {}

  /** Open, scheduled and parked jobs by module and type; types without any are left out. */
  async counts(): Promise<JobCount[]> {
    const counts = await Promise.all(
      this.databases.modules.map(async (module) => {
        const rows: Omit<JobCount, 'module'>[] = await this.databases.of(module).query(
          `select type, (count(*) filter (where parked_at is null and not waits))::int as open,
                    (count(*) filter (where parked_at is null and waits))::int as scheduled, count(parked_at)::int as parked
             from jobs cross join lateral (select attempts = 0 and run_at > now() as waits) its group by type order by type`,
        );
        return rows.map((row) => ({ module, ...row }));
      }),
    );
    return counts.flat();
  }

  /** The parked jobs of a module, oldest first. */
  async parked(module: string, limit = 200): Promise<ParkedJob[]> {
    const rows: Omit<ParkedJob, 'module'>[] = await this.databaseOf(module).query(
      `select type, idempotency_key as "idempotencyKey", failures, last_error as error, parked_at as "parkedAt"
       from jobs where parked_at is not null order by parked_at limit $1`,
      [limit],
    );
    return rows.map((row) => ({ module, ...row }));
  }

  /** The parked jobs of every module, at most `limit` of each. */
  async allParked(limit = 200): Promise<ParkedJob[]> {
    return (await Promise.all(this.databases.modules.map((module) => this.parked(module, limit)))).flat();
  }

  /**
   * The jobs of every module that have failed and are tried again, those that have failed longest first; at
   * most `limit` of each.
   */
  async failing(limit = 200): Promise<FailingJob[]> {
    const failing = this.databases.modules.map(async (module) => {
      const rows: Omit<FailingJob, 'module'>[] = await this.databases.of(module).query(
        `select type, idempotency_key as "idempotencyKey", failures, transient_failures as "transientFailures",
                failing_since as "failingSince", last_error as error, run_at as "runAt"
         from jobs where parked_at is null and failing_since is not null order by failing_since limit $1`,
        [limit],
      );
      return rows.map((row) => ({ module, ...row }));
    });
    return (await Promise.all(failing)).flat();
  }

  /** Sets parked jobs going again with fresh attempts: one, or all of the module. Returns how many. */
  async redrive(module: string, job?: { type: string; idempotencyKey: string }): Promise<number> {
    const [{ redriven }]: [{ redriven: number }] = await this.databaseOf(module).query(
      `with redriven as (
         update jobs set parked_at = null, failures = 0, transient_failures = 0, failing_since = null, run_at = now()
         where parked_at is not null and ($1::text is null or (type = $1 and idempotency_key = any($2)))
         returning 1
       )
       select count(*)::int as redriven from redriven`,
      [job?.type ?? null, job ? keySpellings(job.idempotencyKey) : null],
    );
    if (redriven > 0) this.signal.raise(module, 0);
    return redriven;
  }

  private databaseOf(module: string): DataSource {
    const { modules } = this.databases;
    if (modules.includes(module)) return this.databases.of(module);
    throw new Refusal(
      'unknown',
      'ops.module-unknown',
      `There is no module "${module.slice(0, 100)}" here. The modules are ${modules.join(', ')}.`,
    );
  }
}
