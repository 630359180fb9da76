import { Aggregate, Currency, Money, Refusal } from '../../../platform/domain';
import { CreditLimitChanged } from '../contracts/credit-limit-changed.event';
import { openHoldsMayReachButNotExceedTheLimit } from './open-holds-may-reach-but-not-exceed-the-limit';

/**
 * What a customer may owe in one currency. Each change locks its row, so that the sum of open holds is exact.
 * A customer has an account for each currency; none of them knows of the others.
 */
export class CreditAccount extends Aggregate {
  /** The key of its messages: see `accountIdOf`. */
  accountId!: string;
  customerId!: string;
  limitAmount!: number;
  currency!: string;
  /** The sum of the open holds, in minor units. */
  held = 0;
  /**
   * 1 while the account is as it is opened, and one more with every change, holds included; `version` counts
   * the messages only.
   */
  revision = 1;

  static open(customerId: string, { amount, currency }: Money): CreditAccount {
    return Object.assign(new CreditAccount(), {
      accountId: accountIdOf(customerId, currency),
      customerId,
      limitAmount: amount,
      currency,
    });
  }

  /** What can still be held, in minor units; never below zero. */
  get available(): number {
    return Math.max(0, this.limitAmount - this.held);
  }

  /**
   * Holds the amount if the limit allows it, and says whether it did. Throws for an amount in another
   * currency.
   */
  hold(amount: Money): boolean {
    this.mustBeInItsCurrency(amount);
    if (!openHoldsMayReachButNotExceedTheLimit({ limit: this.limitAmount, held: this.held }, amount.amount))
      return false;
    this.held = Money.add(this.money(this.held), amount).amount;
    this.revision += 1;
    return true;
  }

  /** Gives back what `hold` took. */
  giveBack(amount: Money): void {
    this.held = Money.subtract(this.money(this.held), amount).amount;
    this.revision += 1;
  }

  /** Sets the limit; the one it already has changes nothing. Throws for one in another currency. */
  setLimit(limit: Money, expectedRevision?: number): void {
    this.mustBeInItsCurrency(limit);
    if (expectedRevision !== undefined && expectedRevision !== this.revision) {
      throw new Refusal(
        'precondition-failed',
        'payments.account-changed',
        `The credit account in ${this.currency} is at revision ${this.revision}, not ${expectedRevision}.`,
      );
    }
    if (!Currency.isCode(limit.currency)) {
      throw new Refusal(
        'invalid',
        'payments.currency-unknown',
        `${limit.currency} is no current currency of ISO 4217.`,
        [
          {
            pointer: '/limit/currency',
            code: 'payments.currency-unknown',
            message: 'must be a current code of ISO 4217, such as GBP',
          },
        ],
      );
    }
    if (limit.amount === this.limitAmount) return;
    this.limitAmount = limit.amount;
    this.revision += 1;
    this.record(new CreditLimitChanged({ customerId: this.customerId, limit: this.money(this.limitAmount) }));
  }

  /** An amount of its currency. */
  money(amount: number): Money {
    return Money.of(amount, this.currency);
  }

  private mustBeInItsCurrency({ currency }: Money): void {
    if (currency !== this.currency)
      throw new RangeError(`The account ${this.accountId} is kept in ${this.currency}, not in ${currency}.`);
  }

  protected get aggregateId(): string {
    return this.accountId;
  }

  protected get aggregateType(): string {
    return 'credit-account';
  }
}

/**
 * The id of a customer's account in a currency. In the default currency it is the customer's: once that was
 * the only account, and the messages of a key keep their key.
 */
export const accountIdOf = (customerId: string, currency: string): string =>
  currency === Currency.default ? customerId : `${customerId}/${currency}`;
