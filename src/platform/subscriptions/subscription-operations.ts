import { Injectable, Optional } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ModuleDatabases } from '../database/module-databases';
import { Refusal } from '../domain/refusal';
import { keySpellings } from '../messages/validation/uuid';
import { lagIn } from '../log/log-lag';
import { RemoteLag } from '../log/remote-sources';
import { affectedRows } from '../database/affected-rows';
import { PositionStore, type PositionWithCounts } from './position-store';

/** One lane group of a subscription on one log, as an operator sees it. */
export interface SubscriptionStatus {
  subscription: string;
  log: string;
  laneGroup: number;
  position: { generation: number; tick: string; seq: string };
  /**
   * Messages of its lanes after the position; null where that is unknown: its owner in another process cannot
   * be asked, or the log has no such place.
   */
  lag: number | null;
  retrying: number;
  parked: number;
  queued: number;
  paused: boolean;
  owner: string | null;
  /** Since when its lanes do not go on, and why; null while they do. */
  stalled: { since: Date; error: string } | null;
}

export interface DeferredMessageView {
  subscription: string;
  log: string;
  key: string;
  state: string;
  /** Failures that count as the handler's. */
  attempts: number;
  /** Those that do not. */
  transientFailures: number;
  failingSince: Date | null;
  retryAt: Date | null;
  error: string | null;
  messageId: string;
  type: string;
}

/**
 * What an operator can see of the subscriptions and do to them. Works on the databases alone, with or without
 * a running process; only how far logs of other processes have come is asked of those.
 */
@Injectable()
export class SubscriptionOperations {
  constructor(
    private readonly databases: ModuleDatabases,
    @Optional() private readonly remoteLags?: RemoteLag,
  ) {}

  /** Every lane group of every subscription of the modules at hand. */
  async list(): Promise<SubscriptionStatus[]> {
    const statuses: SubscriptionStatus[] = [];
    for (const module of this.databases.modules) {
      const positions = await new PositionStore(this.databases.of(module)).withCounts();
      for (const position of positions) statuses.push(await this.status(position));
    }
    return statuses;
  }

  /** The deferred messages, at most 500 for each module. */
  async deferred(): Promise<DeferredMessageView[]> {
    const views = this.databases.modules.map((module): Promise<DeferredMessageView[]> =>
      this.databases.of(module).query(
        `select subscription, log, key, state, attempts, transient_failures as "transientFailures", failing_since as "failingSince", retry_at as "retryAt", error, envelope ->> 'id' as "messageId", envelope ->> 'type' as type
         from deferred_messages order by generation, tick, seq limit 500`,
      ),
    );
    return (await Promise.all(views)).flat();
  }

  /** Stops handling; the position stays, and messages wait in the log. */
  async pause(subscription: string): Promise<void> {
    await this.setPaused(subscription, true);
  }

  async resume(subscription: string): Promise<void> {
    await this.setPaused(subscription, false);
  }

  /**
   * Lets parked messages be tried again from their first attempt, each key in order; only one key's with
   * `key`. Answers how many keys were parked. The process that holds the lease takes them up within seconds.
   */
  async redrive(subscription: string, key?: string): Promise<number> {
    const database = this.databaseOf(subscription);
    return database.transaction(async (manager) => {
      await this.require(manager, subscription);
      await new PositionStore(manager).lock(subscription);
      const redriven = await manager
        .query(
          `update deferred_messages set state = 'retrying', attempts = 0, transient_failures = 0, failing_since = null, retry_at = clock_timestamp()
           where subscription = $1 and state = 'parked' and ($2::text[] is null or key = any($2)) returning 1`,
          [subscription, key === undefined ? null : keySpellings(key)],
        )
        .then(affectedRows);
      return redriven.length;
    });
  }

  /** Messages published since the beginning of the logs, and messages that wait for an operator. */
  async totals(): Promise<{ published: number; parked: number; waiting: number }> {
    const totals = { published: 0, parked: 0, waiting: 0 };
    for (const module of this.databases.modules) {
      const [row]: { published: string; parked: string; waiting: string }[] = await this.databases
        .of(module)
        .query(
          `select (select count(*) from outbox) as published,
                (select count(*) from deferred_messages where state = 'parked') as parked,
                (select count(*) from deferred_messages where state <> 'parked') as waiting`,
        );
      totals.published += Number(row.published);
      totals.parked += Number(row.parked);
      totals.waiting += Number(row.waiting);
    }
    return totals;
  }

  private async status(position: PositionWithCounts): Promise<SubscriptionStatus> {
    const { subscription, log, lane_group, generation, tick, seq, retrying, parked, queued, paused, owner } =
      position;
    const question = {
      position: { generation, tick, seq },
      firstLane: position.first_lane,
      lastLane: position.last_lane,
    };
    const lag = this.databases.modules.includes(log)
      ? await lagIn(this.databases.of(log), question)
      : ((await this.remoteLags?.lag(log, question)) ?? null);
    return {
      subscription,
      log,
      laneGroup: lane_group,
      position: question.position,
      lag,
      retrying,
      parked,
      queued,
      paused,
      owner,
      stalled: position.stalled_since && { since: position.stalled_since, error: position.stalled_by ?? '' },
    };
  }

  private async setPaused(subscription: string, paused: boolean): Promise<void> {
    const database = this.databaseOf(subscription);
    await this.require(database.manager, subscription);
    await database.query('update subscriptions set paused = $2 where subscription = $1', [
      subscription,
      paused,
    ]);
  }

  private async require(manager: EntityManager, subscription: string): Promise<void> {
    const known: unknown[] = await manager.query('select 1 from subscriptions where subscription = $1', [
      subscription,
    ]);
    if (known.length === 0) throw unknown(subscription);
  }

  private databaseOf(subscription: string) {
    const [module] = subscription.split('.');
    if (!this.databases.modules.includes(module)) throw unknown(subscription);
    return this.databases.of(module);
  }
}

const unknown = (subscription: string): Refusal =>
  new Refusal(
    'unknown',
    'ops.subscription-unknown',
    `There is no subscription "${subscription.slice(0, 100)}". List them with: npm run ops -- subscriptions`,
  );
