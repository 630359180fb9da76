import { Aggregate } from '../../../platform/domain/aggregate';
import type { Money } from '../../../platform/domain/money';
import { CreditRefused } from '../contracts/credit-refused.event';
import { CreditReleased } from '../contracts/credit-released.event';
import { CreditReserved } from '../contracts/credit-reserved.event';
import type { CreditAccount } from './credit-account';

/**
 * `unknown` never asked for, not stored · `held` · `refused` · `released` ·
 * `forestalled` released before it was asked for: a request that comes after all is refused, or its hold would stay for ever.
 */
export type CreditHoldState = 'unknown' | 'held' | 'refused' | 'released' | 'forestalled';

/** What an order holds on its customer's credit account. Each request is answered once; repeating it changes nothing. */
export class CreditHold extends Aggregate {
  orderId!: string;
  state: CreditHoldState = 'unknown';
  customerId: string | null = null;
  amount = 0;

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
    if (this.state === 'unknown' && account.hold(amount)) {
      this.state = 'held';
      this.amount = amount.amount;
      this.record(new CreditReserved({ orderId: this.orderId }));
    } else {
      this.state = this.state === 'unknown' ? 'refused' : 'released';
      this.record(new CreditRefused({ orderId: this.orderId, available: account.available }));
    }
  }

  /** True when the account holds something that `release` must give back. */
  get isHeld(): boolean {
    return this.state === 'held';
  }

  /** Ends the hold for good. The account is wanted only while something is held. */
  release(account?: CreditAccount): void {
    if (this.state === 'released' || this.state === 'forestalled') return;
    if (this.isHeld) {
      if (account?.customerId !== this.customerId)
        throw new Error(`The hold of order ${this.orderId} can only go back to the account it was taken from.`);
      account?.giveBack(this.amount);
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
