import { Injectable } from '@nestjs/common';
import { AggregateRepository, UnitOfWork } from '../../../../src/platform/index';
import { PointsAccount } from '../domain/points-account';

@Injectable()
export class PointsAccountRepository extends AggregateRepository<PointsAccount> {
  constructor(work: UnitOfWork) {
    super(work, PointsAccount, 'customerId');
  }

  /**
   * The customer's account, locked. Orders of one customer complete side by side, so two may open it at once:
   * then the first one is locked.
   */
  async lockOrOpen(customerId: string): Promise<PointsAccount> {
    const known = await this.lock(customerId);
    if (known) return known;
    await this.addUnlessThere(PointsAccount.open(customerId));
    return (await this.lock(customerId))!;
  }

  /** Accounts with points of which none was given since then, locked; the longest unused first. */
  async lockUnusedSince(time: Date, limit: number): Promise<PointsAccount[]> {
    const rows = await this.work.manager.query<{ id: string }[]>(
      'select customer_id as id from points_accounts where balance > 0 and last_given_at < $1 order by last_given_at limit $2',
      [time, limit],
    );
    const locked = await this.lockAll(rows.map(({ id }) => id));
    // As they are now that they are locked.
    return locked.filter(({ lastGivenAt }) => lastGivenAt !== null && lastGivenAt < time);
  }
}
