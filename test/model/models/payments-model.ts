import { AuthorisePayment } from '../../../src/modules/payments/contracts/authorise-payment.command';
import { CapturePayment } from '../../../src/modules/payments/contracts/capture-payment.command';
import { CreditLimitChanged } from '../../../src/modules/payments/contracts/credit-limit-changed.event';
import { CreditRefused } from '../../../src/modules/payments/contracts/credit-refused.event';
import { CreditReleased } from '../../../src/modules/payments/contracts/credit-released.event';
import { CreditReserved } from '../../../src/modules/payments/contracts/credit-reserved.event';
import { PaymentAuthorised } from '../../../src/modules/payments/contracts/payment-authorised.event';
import { PaymentCaptured } from '../../../src/modules/payments/contracts/payment-captured.event';
import { PaymentDeclined } from '../../../src/modules/payments/contracts/payment-declined.event';
import { PaymentRefunded } from '../../../src/modules/payments/contracts/payment-refunded.event';
import { PaymentVoided } from '../../../src/modules/payments/contracts/payment-voided.event';
import { ReleaseCredit } from '../../../src/modules/payments/contracts/release-credit.command';
import { ReserveCredit } from '../../../src/modules/payments/contracts/reserve-credit.command';
import { SetCreditLimit } from '../../../src/modules/payments/contracts/set-credit-limit.command';
import { VoidPayment } from '../../../src/modules/payments/contracts/void-payment.command';
import { ReturnAccepted } from '../../../src/modules/orders/contracts/return-accepted.event';
import { Money } from '../../../src/platform/domain/money';
import { ProviderAnswers, ProviderIsCalled } from '../provider-calls';
import { nothing, refuses, says, type Module, type Reply } from '../reply';

export interface PaymentsState {
  /** Held of each customer's credit in each currency, and the limit, by `<customer> <currency>`. */
  credit: Record<string, { held: number; limit: number }>;
  holds: Record<string, string>;
  payments: Record<string, string>;
  /** Minor units, per order. */
  captured: Record<string, number>;
  refunded: Record<string, number>;
  /** Calls to the provider that wait for an answer, as `<order>:<effect>`, sorted. */
  open: string[];
}

interface Credit {
  /** The customer and the currency. */
  account?: string;
  amount: number;
  answer?: 'held' | 'refused';
  released: boolean;
}

/** What was asked for, what the provider said, and what is still wanted of it. */
interface Payment {
  amount: number;
  currency: string;
  /** `AuthorisePayment`, `CapturePayment` and `VoidPayment` have been heard. */
  authorise: boolean;
  capture: boolean;
  void: boolean;
  provider?: 'authorised' | 'declined';
  taken: boolean;
  /** Nothing is held for the order and never will be. */
  undone: boolean;
  refunds: Record<string, { amount: number; paid: boolean }>;
}

/** What payments is to do, as a list of what was asked for and answered; states are read off it. */
export class PaymentsModel implements Module<PaymentsState> {
  private readonly limits: Record<string, number> = {};
  private readonly credits: Record<string, Credit> = {};
  private readonly payments: Record<string, Payment> = {};
  /** Open calls, and whether the provider may have heard of them. */
  private readonly calls = new Map<string, { heard: boolean }>();

  constructor(private readonly defaultLimit: number) {}

  handle(message: object): Reply {
    if (message instanceof SetCreditLimit) return this.setLimit(message);
    if (message instanceof ReserveCredit) return this.hold(message);
    if (message instanceof ReleaseCredit) return this.letGo(message);
    if (message instanceof AuthorisePayment) return this.authorise(message);
    if (message instanceof CapturePayment) return this.capture(message);
    if (message instanceof VoidPayment) return this.void(message);
    if (message instanceof ReturnAccepted) return this.refund(message);
    if (message instanceof ProviderIsCalled) return this.called(message);
    if (message instanceof ProviderAnswers) return this.answered(message);
    throw new Error(`Payments takes no ${message.constructor.name}.`);
  }

  state(): PaymentsState {
    const perOrder = <T>(value: (payment: Payment) => T): Record<string, T> =>
      Object.fromEntries(
        Object.entries(this.payments).map(([orderId, payment]) => [orderId, value(payment)]),
      );
    const paid = ({ refunds }: Payment): number =>
      Object.values(refunds).reduce((sum, { amount, paid }) => sum + (paid ? amount : 0), 0);
    return {
      credit: Object.fromEntries(
        Object.entries(this.limits).map(([id, limit]) => [id, { limit, held: this.held(id) }]),
      ),
      holds: Object.fromEntries(
        Object.entries(this.credits).map(([orderId, credit]) => [orderId, holdState(credit)]),
      ),
      payments: perOrder(paymentState),
      captured: perOrder(({ taken, amount }) => (taken ? amount : 0)),
      refunded: perOrder(paid),
      open: [...this.calls.keys()].sort(),
    };
  }

  private setLimit({ customerId, limit: { amount, currency } }: SetCreditLimit): Reply {
    const account = accountOf(customerId, currency);
    if (this.limitOf(account) === amount) return nothing;
    this.limits[account] = amount;
    return says(new CreditLimitChanged({ customerId, limit: Money.of(amount, currency) }));
  }

  private hold({ orderId, customerId, amount: { amount, currency } }: ReserveCredit): Reply {
    const credit = this.credit(orderId);
    if (credit.answer) return nothing;
    const account = accountOf(customerId, currency);
    const left = this.limitOf(account) - this.held(account);
    credit.answer = !credit.released && amount <= left ? 'held' : 'refused';
    Object.assign(credit, { account, amount });
    return says(
      credit.answer === 'held'
        ? new CreditReserved({ orderId })
        : new CreditRefused({ orderId, available: Math.max(0, left) }),
    );
  }

  private letGo({ orderId }: ReleaseCredit): Reply {
    const credit = this.credit(orderId);
    if (credit.released) return nothing;
    credit.released = true;
    return says(new CreditReleased({ orderId }));
  }

  private authorise({ orderId, amount: { amount, currency } }: AuthorisePayment): Reply {
    const payment = this.payment(orderId);
    if (payment.authorise) return nothing;
    payment.authorise = true;
    if (payment.void) return says(new PaymentDeclined({ orderId, reason: 'voided-before' }));
    Object.assign(payment, { amount, currency });
    this.call(orderId, 'authorise');
    return nothing;
  }

  private capture({ orderId }: CapturePayment): Reply {
    const payment = this.payments[orderId];
    if (payment?.capture) return nothing;
    if (!payment || payment.provider !== 'authorised' || payment.void)
      return refuses(`payments.payment-${payment ? paymentState(payment) : 'unknown'}`);
    payment.capture = true;
    this.call(orderId, 'capture');
    return nothing;
  }

  private void({ orderId }: VoidPayment): Reply {
    const payment = this.payment(orderId);
    if (payment.void) return nothing;
    if (payment.capture) return refuses(`payments.payment-${paymentState(payment)}`);
    payment.void = true;
    if (payment.provider === 'authorised') {
      this.call(orderId, 'void');
      return nothing;
    }
    const asked = this.calls.get(callOf(orderId, 'authorise'));
    // The provider may have said yes by now: only its answer tells what there is to be undone.
    if (asked?.heard) return nothing;
    this.calls.delete(callOf(orderId, 'authorise'));
    return this.voided(orderId);
  }

  private refund({ orderId, returnId, refund: { amount, currency } }: ReturnAccepted): Reply {
    const payment = this.payments[orderId];
    if (payment?.refunds[returnId]) return nothing;
    if (!payment?.taken) return refuses('payments.payment-not-captured');
    if (payment.currency !== currency) return refuses('payments.refund.currency-differs');
    const before = Object.values(payment.refunds).reduce((sum, earlier) => sum + earlier.amount, 0);
    if (before + amount > payment.amount) return refuses('payments.refund.exceeds-payment');
    payment.refunds[returnId] = { amount, paid: false };
    this.call(orderId, `refund:${returnId}`);
    return nothing;
  }

  private called({ call }: ProviderIsCalled): Reply {
    const open = this.calls.get(call);
    if (open) open.heard = true;
    return nothing;
  }

  private answered({ orderId, effect, declines }: ProviderAnswers): Reply {
    const payment = this.payment(orderId);
    this.calls.delete(callOf(orderId, effect));
    if (effect === 'authorise') {
      if (payment.provider) return nothing;
      payment.provider = declines ? 'declined' : 'authorised';
      if (payment.void && declines) return this.voided(orderId);
      if (payment.void) this.call(orderId, 'void');
      if (payment.void) return nothing;
      return says(
        declines ? new PaymentDeclined({ orderId, reason: 'declined' }) : new PaymentAuthorised({ orderId }),
      );
    }
    if (effect === 'capture') {
      if (payment.taken) return nothing;
      payment.taken = true;
      return says(new PaymentCaptured({ orderId, amount: Money.of(payment.amount, payment.currency) }));
    }
    if (effect === 'void') return payment.undone ? nothing : this.voided(orderId);
    const returnId = effect.slice('refund:'.length);
    const refund = payment.refunds[returnId];
    if (refund.paid) return nothing;
    refund.paid = true;
    return says(
      new PaymentRefunded({ orderId, returnId, amount: Money.of(refund.amount, payment.currency) }),
    );
  }

  private voided(orderId: string): Reply {
    this.payment(orderId).undone = true;
    return says(new PaymentVoided({ orderId }));
  }

  private call(orderId: string, effect: string): void {
    this.calls.set(callOf(orderId, effect), { heard: false });
  }

  private limitOf(account: string): number {
    return (this.limits[account] ??= this.defaultLimit);
  }

  private held(account: string): number {
    const open = Object.values(this.credits).filter(
      (credit) => credit.account === account && holdState(credit) === 'held',
    );
    return open.reduce((sum, { amount }) => sum + amount, 0);
  }

  private credit(orderId: string): Credit {
    return (this.credits[orderId] ??= { amount: 0, released: false });
  }

  private payment(orderId: string): Payment {
    return (this.payments[orderId] ??= {
      amount: 0,
      currency: '',
      authorise: false,
      capture: false,
      void: false,
      taken: false,
      undone: false,
      refunds: {},
    });
  }
}

export const accountOf = (customerId: string, currency: string): string => `${customerId} ${currency}`;
const callOf = (orderId: string, effect: string): string => `${orderId}:${effect}`;

function holdState({ answer, released }: Credit): string {
  if (released) return answer ? 'released' : 'forestalled';
  return answer ?? 'unknown';
}

function paymentState(payment: Payment): string {
  if (payment.undone) return payment.authorise ? 'voided' : 'forestalled';
  if (payment.void) return 'voiding';
  if (payment.capture) return payment.taken ? 'captured' : 'capturing';
  return payment.provider ?? (payment.authorise ? 'requested' : 'unknown');
}

/**
 * What must be true of the money whatever happened; a limit that was lowered may leave the open holds above
 * it.
 */
export function moneyAddsUp({ credit, captured, refunded }: PaymentsState): void {
  for (const [account, { held }] of Object.entries(credit)) {
    if (held < 0) throw new Error(`The account ${account} holds ${held}.`);
  }
  for (const [orderId, amount] of Object.entries(refunded)) {
    if (amount > captured[orderId])
      throw new Error(`Order ${orderId} got back ${amount} of ${captured[orderId]}.`);
  }
}
