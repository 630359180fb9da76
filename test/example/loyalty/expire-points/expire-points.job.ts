import type { OnApplicationBootstrap } from '@nestjs/common';
import { Clock, type DurableJob, JobHandler, Jobs, UnitOfWork } from '../../../../src/platform/index';
import { LoyaltySettings } from '../loyalty.settings';
import { PointsAccountRepository } from '../persistence/points-account.repository';

const EXPIRE_POINTS = 'loyalty.expire-points';
const DAY_MS = 24 * 60 * 60_000;
const AT_ONCE = 100;

/** A repeating task: a job that asks for its next run in the transaction that ends it. */
@JobHandler(EXPIRE_POINTS)
export class ExpirePoints implements DurableJob<object, void>, OnApplicationBootstrap {
  constructor(
    private readonly accounts: PointsAccountRepository,
    private readonly jobs: Jobs,
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly settings: LoyaltySettings,
  ) {}

  /** The first run. However many processes start, an open job of one type and key is there once. */
  async onApplicationBootstrap(): Promise<void> {
    await this.work.run('loyalty', () => this.askFor(this.clock.now()));
  }

  /** There is nothing to do outside of the database. */
  async perform(): Promise<void> {}

  async complete(): Promise<void> {
    const now = this.clock.now();
    const unused = await this.accounts.lockUnusedSince(
      new Date(now.getTime() - this.settings.expireAfterDays * DAY_MS),
      AT_ONCE,
    );
    for (const account of unused) {
      account.expire();
      await this.accounts.save(account);
    }
    await this.askFor(unused.length < AT_ONCE ? new Date(now.getTime() + DAY_MS) : now);
  }

  private askFor(runAt: Date): Promise<void> {
    return this.jobs.enqueue({ type: EXPIRE_POINTS, idempotencyKey: 'next', payload: {}, runAt });
  }
}
