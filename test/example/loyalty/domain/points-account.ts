import { Aggregate, Refusal } from '../../../../src/platform/domain';
import { PointsChanged } from '../contracts/points-changed.event';

/** The points of one customer. Every change publishes an event, so that the version counts both. */
export class PointsAccount extends Aggregate {
  customerId!: string;
  balance = 0;
  lastGivenAt: Date | null = null;

  static open(customerId: string): PointsAccount {
    const account = new PointsAccount();
    account.customerId = customerId;
    return account;
  }

  give(points: number, at: Date): void {
    if (points === 0) return;
    this.lastGivenAt = at;
    this.change(points, 'given');
  }

  redeem(points: number): void {
    if (points > this.balance)
      throw new Refusal(
        'conflict',
        'loyalty.points-insufficient',
        `There are ${this.balance} points, fewer than the ${points} asked for.`,
      );
    this.change(-points, 'redeemed');
  }

  expire(): void {
    if (this.balance > 0) this.change(-this.balance, 'expired');
  }

  private change(by: number, reason: PointsChanged['reason']): void {
    this.balance += by;
    this.record(
      new PointsChanged({ customerId: this.customerId, change: by, balance: this.balance, reason }),
    );
  }

  protected get aggregateId(): string {
    return this.customerId;
  }

  protected get aggregateType(): string {
    return 'points-account';
  }
}
