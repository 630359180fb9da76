import { Aggregate, Money, Refusal } from '../../../platform/domain';
import { PaymentAuthorised } from '../contracts/payment-authorised.event';
import { PaymentCaptured } from '../contracts/payment-captured.event';
import { PaymentDeclined } from '../contracts/payment-declined.event';
import { PaymentRefunded } from '../contracts/payment-refunded.event';
import { PaymentVoided } from '../contracts/payment-voided.event';
import {
  PAYMENT_TRANSITIONS,
  type PaymentAnswer,
  type PaymentInput,
  type PaymentState,
  type ProviderRequest,
} from './payment-transitions';
import { Refund } from './refund';
import { refundsMayReachButNotExceedWhatWasCaptured } from './refunds-may-reach-but-not-exceed-what-was-captured';

/**
 * The payment of one order. Each method returns what the provider must be asked for next, if anything;
 * a repeated command changes nothing and publishes nothing.
 */
export class Payment extends Aggregate {
  orderId!: string;
  state: PaymentState = 'unknown';
  customerId: string | null = null;
  amount = 0;
  currency: string | null = null;
  /** The provider's name for what it holds. */
  authorisationId: string | null = null;
  declineReason: string | null = null;
  /** All refunds asked for, in minor units, paid back or not. */
  refundsRequested = 0;
  /** The refunds the provider has paid back. */
  refunded = 0;

  static unknown(orderId: string): Payment {
    return Object.assign(new Payment(), { orderId });
  }

  authorise(customerId: string, { amount, currency }: Money): ProviderRequest | undefined {
    if (this.state === 'unknown') Object.assign(this, { customerId, amount, currency });
    if (this.state === 'forestalled') this.declineReason = 'voided-before';
    return this.react('authorise');
  }

  capture(): ProviderRequest | undefined {
    return this.react('capture');
  }

  /**
   * `unasked` is true when the request for the authorisation was taken back before the provider heard of it.
   */
  void(unasked: boolean): ProviderRequest | undefined {
    return this.react(unasked ? 'void-unasked' : 'void');
  }

  /**
   * The authorisation is noted in any state that waits for it: a payment that is being voided must void it.
   */
  providerAuthorised(authorisationId: string): ProviderRequest | undefined {
    this.authorisationId ??= authorisationId;
    return this.react('provider-authorised');
  }

  providerDeclined(reason: string): ProviderRequest | undefined {
    this.declineReason ??= reason;
    return this.react('provider-declined');
  }

  providerCaptured(): ProviderRequest | undefined {
    return this.react('provider-captured');
  }

  providerVoided(): ProviderRequest | undefined {
    return this.react('provider-voided');
  }

  /** What was taken, in minor units. */
  get captured(): number {
    return this.state === 'captured' ? this.amount : 0;
  }

  /** Decides on a refund for a return that has none yet. */
  requestRefund(returnId: string, refund: Money): Refund {
    const { amount, currency } = refund;
    if (this.state !== 'captured')
      throw new Refusal(
        'conflict',
        'payments.payment-not-captured',
        `The payment of order ${this.orderId} is ${this.state}: there is nothing to refund.`,
      );
    if (currency !== this.currency)
      throw new Refusal(
        'conflict',
        'payments.refund.currency-differs',
        `The payment of order ${this.orderId} is in ${this.currency}, the refund in ${currency}.`,
      );
    if (!refundsMayReachButNotExceedWhatWasCaptured(this, amount)) {
      throw new Refusal(
        'conflict',
        'payments.refund.exceeds-payment',
        `The refunds of order ${this.orderId} would exceed the ${Money.format(this.money())} that were captured.`,
      );
    }
    this.refundsRequested = Money.add(this.money(this.refundsRequested), refund).amount;
    return Refund.of(this.orderId, returnId, amount);
  }

  /** The provider has paid a refund back. */
  providerRefunded(refund: Refund): void {
    if (refund.state === 'refunded') return;
    refund.state = 'refunded';
    this.refunded = Money.add(this.money(this.refunded), this.money(refund.amount)).amount;
    this.record(
      new PaymentRefunded({
        orderId: this.orderId,
        returnId: refund.returnId,
        amount: this.money(refund.amount),
      }),
    );
  }

  money(amount: number = this.amount): Money {
    if (this.currency === null) throw new Error(`The payment of order ${this.orderId} has no amount.`);
    return Money.of(amount, this.currency);
  }

  private react(input: PaymentInput): ProviderRequest | undefined {
    const reaction = PAYMENT_TRANSITIONS[this.state][input];
    if (reaction === 'ignore') return undefined;
    if (reaction === 'refuse')
      throw new Refusal(
        'conflict',
        `payments.payment-${this.state}`,
        `The payment of order ${this.orderId} is ${this.state}: it cannot ${input} now.`,
      );
    this.state = reaction.to;
    if (reaction.publish) this.record(this.message(reaction.publish));
    return reaction.ask;
  }

  private message(answer: PaymentAnswer): object {
    const { orderId } = this;
    switch (answer) {
      case 'authorised':
        return new PaymentAuthorised({ orderId });
      case 'declined':
        return new PaymentDeclined({ orderId, reason: this.declineReason ?? 'declined-by-provider' });
      case 'captured':
        return new PaymentCaptured({ orderId, amount: this.money() });
      case 'voided':
        return new PaymentVoided({ orderId });
    }
  }

  protected get aggregateId(): string {
    return this.orderId;
  }

  protected get aggregateType(): string {
    return 'payment';
  }
}
