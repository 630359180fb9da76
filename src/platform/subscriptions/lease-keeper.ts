import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { isConnected } from '../kernel/process-liveness';
import { failpoint } from '../kernel/failpoints';
import { PROCESS_ID } from '../kernel/process-id';
import { abortableDelay } from '../kernel/abortable-delay';
import { LogUnavailable } from '../log/log-source';
import { laneGroups } from './lane-groups';
import { type Lease, leaseOf } from './lease';
import { keyOf, PositionStore, type StoredPosition } from './position-store';
import type { SubscriptionWorker } from './subscription-worker';

/** Leases are renewed this many times before they would end. */
const RENEWALS = 4;
/**
 * The longest time until it looks again, whatever the lease: this is how long lane groups lie idle that
 * another process left.
 */
const LOOK_MS = 1_000;
/** The same while lane groups of a process wait that is on its way out. */
const LOOK_SOON_MS = 100;
/** How often a subscription tries to begin whose log cannot be reached. */
const LATER_MS = 500;
/**
 * Shares the lane groups of one module's subscriptions among the processes that are alive: takes free ones up
 * to a fair share, renews its own, gives back what is too many. Leases end by the database's clock, and a
 * dead process holds nothing for long.
 */
export class LeaseKeeper {
  private readonly logger = new Logger(LeaseKeeper.name);
  private timer: NodeJS.Timeout | undefined;
  private keeping: Promise<void> = Promise.resolve();
  private registering: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();
  private stopped = false;
  private failures = 0;
  /**
   * Less than its share was free at the last look: another process is about to give some up, or has just been
   * killed.
   */
  private isShort = false;
  private readonly store: PositionStore;

  constructor(
    private readonly module: string,
    private readonly database: DataSource,
    private readonly workers: readonly SubscriptionWorker[],
    /** How long a lease lasts without renewal; longer than every timeout of the module's connections. */
    private readonly leaseMs: number,
    /** Names the process in its leases; its connections carry the same name. */
    private readonly worker: string = PROCESS_ID,
  ) {
    this.store = new PositionStore(database);
  }

  /**
   * Makes the position rows of new subscriptions and takes the first leases. A log that cannot be reached
   * keeps nothing else waiting.
   */
  async start(): Promise<void> {
    const late: SubscriptionWorker[] = [];
    for (const worker of await this.notRegistered())
      if (!(await this.couldRegister(worker))) late.push(worker);
    await this.keep();
    for (const worker of this.workers) worker.start();
    this.schedule();
    this.registering = this.registerLater(late);
  }

  /** Stops the workers once their batch is done and gives every lease back. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.registering;
    await this.keeping;
    await Promise.all(this.workers.map((worker) => worker.stop()));
    try {
      await this.store.giveAllBack(this.worker);
      await this.database.query('delete from subscription_workers where worker = $1', [this.worker]);
    } catch (error) {
      this.logger.warn(
        `The leases of ${this.module} could not be given back and end by themselves: ${(error as Error).message}`,
      );
    }
  }

  /** Takes the positions of one worker as stored, after a failure. */
  async reload(worker: SubscriptionWorker): Promise<void> {
    const rows = await this.store.heldBy(this.worker, {
      subscription: worker.consumer.definition.name,
      log: worker.reader.log,
    });
    worker.holdAsStored(rows.map(leaseOf));
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(
      () => {
        this.keeping = this.keep()
          .then(() => void (this.failures = 0))
          .catch((error: Error) => {
            this.failures += 1;
            if (this.failures === 3)
              this.logger.warn(`The leases of ${this.module} cannot be renewed: ${error.message}`);
          })
          .finally(() => this.schedule());
      },
      this.isShort ? LOOK_SOON_MS : Math.min(this.leaseMs / RENEWALS, LOOK_MS),
    );
  }

  /**
   * Those without all their position rows: one question instead of four for each subscription that was here
   * before.
   */
  private async notRegistered(): Promise<SubscriptionWorker[]> {
    const stored = await this.store.counts();
    return this.workers.filter(({ consumer, reader }) => {
      const { name, laneGroups: count } = consumer.definition;
      return stored.get(keyOf({ subscription: name, log: reader.log })) !== count;
    });
  }

  private async couldRegister(worker: SubscriptionWorker): Promise<boolean> {
    try {
      await this.register(worker);
      return true;
    } catch (error) {
      if (error instanceof LogUnavailable) return false;
      throw error;
    }
  }

  /** Their leases come with the next look after that. */
  private async registerLater(late: readonly SubscriptionWorker[]): Promise<void> {
    for (const worker of late) {
      const { name } = worker.consumer.definition;
      this.logger.warn(`The subscription ${name} waits until the log of ${worker.reader.log} can be read.`);
    }
    for (let left = late; left.length > 0;) {
      await abortableDelay(LATER_MS, this.stopping.signal);
      if (this.stopped) return;
      const tried = await Promise.all(
        left.map(async (worker) => ({
          worker,
          done: await this.couldRegister(worker).catch((error: Error) => {
            this.logger.error(
              `The subscription ${worker.consumer.definition.name} cannot begin and tries again: ${error.message}`,
            );
            return false;
          }),
        })),
      );
      left = tried.filter(({ done }) => !done).map(({ worker }) => worker);
    }
  }

  private async register(worker: SubscriptionWorker): Promise<void> {
    const { name, laneGroups: count, startAt } = worker.consumer.definition;
    await this.database.query('insert into subscriptions (subscription) values ($1) on conflict do nothing', [
      name,
    ]);
    const start = startAt === 'now' ? worker.reader.end : await worker.reader.beginning();
    const stored = await this.store.register(
      { subscription: name, log: worker.reader.log },
      laneGroups(count),
      start,
    );
    if (stored !== count) {
      throw new Error(
        `The subscription ${name} is stored with ${stored} lane groups and declared with ${count}. ` +
          'Lane groups cannot change while positions exist: put the old number back, or give the subscription a new name to start it anew.',
      );
    }
  }

  private async keep(): Promise<void> {
    const alive = await this.countAlive();
    await this.renew();
    const positions = await this.store.all();
    const { take, give } = this.share(positions, alive);
    if (give.length > 0) await this.store.giveBack(this.worker, give);
    if (take.length > 0) await this.store.take(this.worker, take, this.leaseMs);
    const held = give.length + take.length > 0 ? await this.store.all() : positions;
    const due = await this.dueForRetry();
    for (const worker of this.workers) {
      const { name } = worker.consumer.definition;
      const rows = held.filter((row) => row.subscription === name && row.log === worker.reader.log);
      worker.hold(
        rows.filter((row) => row.owner === this.worker && !row.free).map(leaseOf),
        rows.some((row) => row.paused),
      );
      if (
        take.some((row) => row.subscription === name && row.log === worker.reader.log) ||
        due.has(`${name} ${worker.reader.log}`)
      )
        worker.retrySoon();
    }
  }

  private async countAlive(): Promise<number> {
    await this.database.query(
      `insert into subscription_workers (worker, alive_until) values ($1, clock_timestamp() + $2::float8 * interval '1 millisecond')
       on conflict (worker) do update set alive_until = excluded.alive_until`,
      [this.worker, this.leaseMs],
    );
    await this.database.query(
      `delete from subscription_workers where alive_until < clock_timestamp() - interval '1 hour'`,
    );
    const [{ alive }]: { alive: number }[] = await this.database.query(
      `select count(*)::int as alive from subscription_workers w where w.alive_until > clock_timestamp() and ${isConnected('w.worker')}`,
    );
    return alive;
  }

  /**
   * Also stores how far an idle worker has read, so that retention and lag can be judged; a batch that runs
   * does this itself.
   */
  private async renew(): Promise<void> {
    const runner = this.database.createQueryRunner();
    try {
      await runner.connect();
      // A worker that read in another life of the server takes its positions anew.
      const current = this.workers.filter((worker) => worker.isOfThisLife());
      await this.renewOn(
        new PositionStore(runner),
        current.flatMap((worker) => [...worker.currentLeases]),
      );
    } finally {
      await runner.release();
    }
  }

  private async renewOn(store: PositionStore, leases: readonly Lease[]): Promise<void> {
    if (leases.length === 0) return;
    const targets = leases.map((lease) => ({ lease, from: lease.stored, to: lease.scanned }));
    const renewed = await store.renew(this.worker, leases, this.leaseMs);
    failpoint('lease.renewed');
    for (const row of renewed) {
      const target = targets.find(
        ({ lease }) =>
          lease.subscription === row.subscription &&
          lease.log === row.log &&
          lease.laneGroup === row.lane_group,
      );
      // A batch may have moved it on since.
      if (target && target.lease.stored === target.from) target.lease.stored = target.to;
    }
  }

  private share(
    positions: StoredPosition[],
    alive: number,
  ): { take: StoredPosition[]; give: StoredPosition[] } {
    const take: StoredPosition[] = [];
    const give: StoredPosition[] = [];
    this.isShort = false;
    for (const worker of this.workers) {
      const rows = positions.filter(
        (row) => row.subscription === worker.consumer.definition.name && row.log === worker.reader.log,
      );
      const fair = Math.ceil(rows.length / Math.max(alive, 1));
      const mine = rows.filter((row) => row.owner === this.worker && !row.free);
      const free = rows.filter((row) => row.free);
      if (mine.length > fair) give.push(...mine.slice(fair));
      else take.push(...free.slice(0, fair - mine.length));
      if (mine.length + free.length < Math.floor(rows.length / Math.max(alive, 1))) this.isShort = true;
    }
    return { take, give };
  }

  private async dueForRetry(): Promise<Set<string>> {
    const rows: { subscription: string; log: string }[] = await this.database.query(
      `select distinct subscription, log from (
         select distinct on (subscription, log, key) subscription, log, state, retry_at from deferred_messages
         order by subscription, log, key, generation, tick, seq) first
       where state = 'queued' or (state = 'retrying' and retry_at <= clock_timestamp())`,
    );
    return new Set(rows.map((row) => `${row.subscription} ${row.log}`));
  }
}
