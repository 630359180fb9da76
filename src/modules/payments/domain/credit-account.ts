import { Aggregate } from '../../../platform/domain/aggregate';
import { Money } from '../../../platform/domain/money';
import { Refusal } from '../../../platform/domain/refusal';
import { CreditLimitChanged } from '../contracts/credit-limit-changed.event';
import { openHoldsMayReachButNotExceedTheLimit } from './open-holds-may-reach-but-not-exceed-the-limit';

/** What a customer may owe. Its row is locked by whoever changes it, so that the sum of open holds is exact. */
export class CreditAccount extends Aggregate {
  customerId!: string;
  limitAmount!: number;
  currency!: string;
  /** The sum of the open holds, in minor units. */
  held = 0;
  /** 1 while the account is as it is opened, and one more with every change, holds included; `version` counts the messages only. */
  revision = 1;

  static open(customerId: string, limit: Money): CreditAccount {
    return Object.assign(new CreditAccount(), { customerId, limitAmount: limit.amount, currency: limit.currency });
  }

  /** What can still be held, in minor units; never below zero. */
  get available(): number {
    return Math.max(0, this.limitAmount - this.held);
  }

  /** Holds the amount if the limit allows it, and says whether it did. An account holds its own currency only. */
  hold({ amount, currency }: Money): boolean {
    if (currency !== this.currency || !openHoldsMayReachButNotExceedTheLimit({ limit: this.limitAmount, held: this.held }, amount))
      return false;
    this.held += amount;
    this.revision += 1;
    return true;
  }

  /** Gives back what `hold` took. */
  giveBack(amount: number): void {
    this.held -= amount;
    this.revision += 1;
  }

  /** Sets the limit; the one it already has changes nothing. */
  setLimit(limit: Money, expectedRevision?: number): void {
    if (expectedRevision !== undefined && expectedRevision !== this.revision) {
      throw new Refusal(
        'precondition-failed',
        'payments.account-changed',
        `The credit account is at revision ${this.revision}, not ${expectedRevision}.`,
      );
    }
    if (limit.currency !== this.currency) {
      throw new Refusal(
        'invalid',
        'payments.limit.currency-differs',
        `The account is kept in ${this.currency}; its limit cannot be in ${limit.currency}.`,
        [{ pointer: '/limit/currency', code: 'payments.limit.currency-differs', message: `must be ${this.currency}` }],
      );
    }
    if (limit.amount === this.limitAmount) return;
    this.limitAmount = limit.amount;
    this.revision += 1;
    this.record(new CreditLimitChanged({ customerId: this.customerId, limit: Money.of(this.limitAmount, this.currency) }));
  }

  protected get aggregateId(): string {
    return this.customerId;
  }

  protected get aggregateType(): string {
    return 'credit-account';
  }
}
