import { Injectable } from '@nestjs/common';
import { ModuleDatabases } from '../database/module-databases';
import { JobOperations } from '../jobs/job-operations';
import { SubscriptionOperations } from '../subscriptions/subscription-operations';

/** Work that will still happen by itself. What waits for an operator does not count. */
export interface PendingWork {
  /** Nothing is left to happen by itself. */
  quiescent: boolean;
  /** Messages that subscriptions have not reached yet. */
  lag: number;
  /** Held messages that are tried again, or wait behind one that is. */
  retrying: number;
  /** Processes that have not ended. */
  runningProcesses: number;
  /**
   * Jobs that are due, running or tried again. One that is scheduled for later moves nothing before its time.
   */
  openJobs: number;
  /**
   * Logs that subscriptions here read without it being known how far they are behind: the owner cannot be
   * asked, or has no such place.
   */
  unreachableLogs: number;
}

interface Measurement extends PendingWork {
  /** Grows with everything that is published. */
  published: number;
}

const OF_A_MODULE = `
  select (select count(*) from sagas where not final)::int as processes,
         (select count(*) from deferred_messages h where state <> 'parked' and not exists (
            select from deferred_messages p where p.subscription = h.subscription and p.log = h.log and p.key = h.key and p.state = 'parked'
         ))::int as retrying,
         coalesce(pg_sequence_last_value(pg_get_serial_sequence('outbox', 'seq')), 0)::float8 as published`;

/** Measures the pending work of the modules in this process: messages, sagas and jobs. */
@Injectable()
export class Quiescence {
  constructor(
    private readonly databases: ModuleDatabases,
    private readonly subscriptions: SubscriptionOperations,
    private readonly jobs: JobOperations,
  ) {}

  /**
   * Messages open jobs and jobs publish messages, so one measurement proves nothing: the modules are
   * quiescent when two measurements say so and nothing was published between them.
   */
  async measure(): Promise<PendingWork> {
    const { published, ...first } = await this.measureOnce();
    if (!first.quiescent) return first;
    const { published: publishedSince, ...second } = await this.measureOnce();
    return { ...second, quiescent: second.quiescent && publishedSince === published };
  }

  private async measureOnce(): Promise<Measurement> {
    const look: Measurement = {
      quiescent: false,
      lag: 0,
      retrying: 0,
      runningProcesses: 0,
      openJobs: 0,
      unreachableLogs: 0,
      published: 0,
    };
    for (const { open } of await this.jobs.counts()) look.openJobs += open;
    const subscriptions = await this.subscriptions.list();
    for (const { lag } of subscriptions) look.lag += lag ?? 0;
    look.unreachableLogs = new Set(
      subscriptions.filter(({ lag }) => lag === null).map(({ log }) => log),
    ).size;
    for (const module of this.databases.modules) {
      const [row]: { processes: number; retrying: number; published: number }[] = await this.databases
        .of(module)
        .query(OF_A_MODULE);
      look.runningProcesses += row.processes;
      look.retrying += row.retrying;
      look.published += row.published;
    }
    return {
      ...look,
      quiescent:
        look.lag + look.retrying + look.runningProcesses + look.openJobs + look.unreachableLogs === 0,
    };
  }
}
