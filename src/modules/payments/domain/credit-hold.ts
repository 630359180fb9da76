import { Aggregate, Money } from '../../../platform/domain';
import { CreditRefused } from '../contracts/credit-refused.event';
import { CreditReleased } from '../contracts/credit-released.event';
import { CreditReserved } from '../contracts/credit-reserved.event';
import { accountIdOf, type CreditAccount } from './credit-account';

/**
 * `unknown` never asked for, not stored · `held` · `refused` · `released` ·
 * `forestalled` released before it was asked for: a request that comes after all is refused, or its hold
 * would stay for ever.
 */
export type CreditHoldState = 'unknown' | 'held' | 'refused' | 'released' | 'forestalled';

/**
 * What an order holds on its customer's credit account. Each request is answered once; repeating it changes
 * nothing.
 */
export class CreditHold extends Aggregate {
  orderId!: string;
  state: CreditHoldState = 'unknown';
  customerId: string | null = null;
  amount = 0;
  /** Of the amount and of the account; null until it was asked for. */
  currency: string | null = null;

  static unknown(orderId: string): CreditHold {
    return Object.assign(new CreditHold(), { orderId });
  }

  /** True until the first request has been answered. */
  get awaitsRequest(): boolean {
    return this.state === 'unknown' || this.state === 'forestalled';
  }

  /** Takes the amount from the account, or refuses. */
  reserve(account: CreditAccount, amount: Money): void {
    if (!this.awaitsRequest) return;
    this.customerId = account.customerId;
    this.currency = account.currency;
    if (this.state === 'unknown' && account.hold(amount)) {
      this.state = 'held';
      this.amount = amount.amount;
      this.record(new CreditReserved({ orderId: this.orderId }));
    } else {
      this.state = this.state === 'unknown' ? 'refused' : 'released';
      this.record(new CreditRefused({ orderId: this.orderId, available: account.available }));
    }
  }

  /** True when an account holds something that `release` must give back. */
  get isHeld(): boolean {
    return this.state === 'held';
  }

  /** The account that holds something, while it does. */
  get heldOn(): { customerId: string; currency: string } | undefined {
    const { customerId, currency } = this;
    return this.isHeld && customerId !== null && currency !== null ? { customerId, currency } : undefined;
  }

  /** Ends the hold for good. The account is wanted only while something is held. */
  release(account?: CreditAccount): void {
    if (this.state === 'released' || this.state === 'forestalled') return;
    const from = this.heldOn;
    if (from) {
      if (account?.accountId !== accountIdOf(from.customerId, from.currency))
        throw new Error(
          `The hold of order ${this.orderId} can only go back to the account it was taken from.`,
        );
      account.giveBack(Money.of(this.amount, from.currency));
    }
    this.state = this.state === 'unknown' ? 'forestalled' : 'released';
    this.record(new CreditReleased({ orderId: this.orderId }));
  }

  protected get aggregateId(): string {
    return this.orderId;
  }

  protected get aggregateType(): string {
    return 'credit-hold';
  }
}
