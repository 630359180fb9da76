import { Money } from '../../../platform/domain/money';
import { PaymentAuthorised } from '../contracts/payment-authorised.event';
import { PaymentCaptured } from '../contracts/payment-captured.event';
import { PaymentDeclined } from '../contracts/payment-declined.event';
import { PaymentRefunded } from '../contracts/payment-refunded.event';
import { PaymentVoided } from '../contracts/payment-voided.event';
import { Payment } from './payment';
import type { PaymentInput, PaymentState, ProviderRequest } from './payment-transitions';

const orderId = 'order';
const price = Money.of(1_000, 'GBP');

const INPUTS: Record<PaymentInput, (payment: Payment) => ProviderRequest | undefined> = {
  authorise: (payment) => payment.authorise('customer', price),
  capture: (payment) => payment.capture(),
  void: (payment) => payment.void(false),
  'void-unasked': (payment) => payment.void(true),
  'provider-authorised': (payment) => payment.providerAuthorised('authorisation'),
  'provider-declined': (payment) => payment.providerDeclined('declined-by-provider'),
  'provider-captured': (payment) => payment.providerCaptured(),
  'provider-voided': (payment) => payment.providerVoided(),
};

/** The way into each state. */
const HISTORY: Record<PaymentState, PaymentInput[]> = {
  unknown: [],
  forestalled: ['void'],
  requested: ['authorise'],
  authorised: ['authorise', 'provider-authorised'],
  declined: ['authorise', 'provider-declined'],
  capturing: ['authorise', 'provider-authorised', 'capture'],
  captured: ['authorise', 'provider-authorised', 'capture', 'provider-captured'],
  voiding: ['authorise', 'void'],
  voided: ['authorise', 'void', 'provider-authorised', 'provider-voided'],
};

const given = (...inputs: PaymentInput[]): Payment => {
  const payment = Payment.unknown(orderId);
  for (const input of inputs) INPUTS[input](payment);
  payment.takeRecorded();
  return payment;
};
const messagesOf = (payment: Payment): object[] => payment.takeRecorded().map(({ message }) => message);

const authorised = new PaymentAuthorised({ orderId });
const declinedByProvider = new PaymentDeclined({ orderId, reason: 'declined-by-provider' });
const declinedAsVoided = new PaymentDeclined({ orderId, reason: 'voided-before' });
const captured = new PaymentCaptured({ orderId, amount: price });
const voided = new PaymentVoided({ orderId });

type Outcome = 'nothing' | 'refused' | { state: PaymentState; asks?: ProviderRequest; publishes?: object };
const nothing = 'nothing';
const refused = 'refused';

/** Every state with every input, written out a second time, from the promises in the README. */
const EXPECTED: Record<PaymentState, Record<PaymentInput, Outcome>> = {
  unknown: {
    authorise: { state: 'requested', asks: 'authorise' },
    capture: refused,
    void: { state: 'forestalled', publishes: voided },
    'void-unasked': { state: 'forestalled', publishes: voided },
    'provider-authorised': nothing,
    'provider-declined': nothing,
    'provider-captured': nothing,
    'provider-voided': nothing,
  },
  forestalled: {
    authorise: { state: 'voided', publishes: declinedAsVoided },
    capture: refused,
    void: nothing,
    'void-unasked': nothing,
    'provider-authorised': nothing,
    'provider-declined': nothing,
    'provider-captured': nothing,
    'provider-voided': nothing,
  },
  requested: {
    authorise: nothing,
    capture: refused,
    void: { state: 'voiding' },
    'void-unasked': { state: 'voided', publishes: voided },
    'provider-authorised': { state: 'authorised', publishes: authorised },
    'provider-declined': { state: 'declined', publishes: declinedByProvider },
    'provider-captured': nothing,
    'provider-voided': nothing,
  },
  authorised: {
    authorise: nothing,
    capture: { state: 'capturing', asks: 'capture' },
    void: { state: 'voiding', asks: 'void' },
    'void-unasked': { state: 'voiding', asks: 'void' },
    'provider-authorised': nothing,
    'provider-declined': nothing,
    'provider-captured': nothing,
    'provider-voided': nothing,
  },
  declined: {
    authorise: nothing,
    capture: refused,
    void: { state: 'voided', publishes: voided },
    'void-unasked': { state: 'voided', publishes: voided },
    'provider-authorised': nothing,
    'provider-declined': nothing,
    'provider-captured': nothing,
    'provider-voided': nothing,
  },
  capturing: {
    authorise: nothing,
    capture: nothing,
    void: refused,
    'void-unasked': refused,
    'provider-authorised': nothing,
    'provider-declined': nothing,
    'provider-captured': { state: 'captured', publishes: captured },
    'provider-voided': nothing,
  },
  captured: {
    authorise: nothing,
    capture: nothing,
    void: refused,
    'void-unasked': refused,
    'provider-authorised': nothing,
    'provider-declined': nothing,
    'provider-captured': nothing,
    'provider-voided': nothing,
  },
  voiding: {
    authorise: nothing,
    capture: refused,
    void: nothing,
    'void-unasked': nothing,
    'provider-authorised': { state: 'voiding', asks: 'void' },
    'provider-declined': { state: 'voided', publishes: voided },
    'provider-captured': nothing,
    'provider-voided': { state: 'voided', publishes: voided },
  },
  voided: {
    authorise: nothing,
    capture: refused,
    void: nothing,
    'void-unasked': nothing,
    'provider-authorised': nothing,
    'provider-declined': nothing,
    'provider-captured': nothing,
    'provider-voided': nothing,
  },
};

const states = Object.keys(EXPECTED) as PaymentState[];
const inputs = Object.keys(INPUTS) as PaymentInput[];

describe.each(states)('a payment that is %s', (state) => {
  it.each(inputs)('meets %s', (input) => {
    const expected = EXPECTED[state][input];
    const payment = given(...HISTORY[state]);
    expect(payment.state).toBe(state);
    if (expected === 'refused') {
      expect(() => INPUTS[input](payment)).toThrow(
        expect.objectContaining({ kind: 'conflict', code: `payments.payment-${state}` }),
      );
      expect(payment.state).toBe(state);
      expect(messagesOf(payment)).toEqual([]);
      return;
    }
    const asks = INPUTS[input](payment);
    const outcome = expected === 'nothing' ? { state } : expected;
    expect({ state: payment.state, asks }).toEqual({ state: outcome.state, asks: outcome.asks });
    expect(messagesOf(payment)).toEqual(outcome.publishes ? [outcome.publishes] : []);
  });
});

describe('voiding while the provider is still asked', () => {
  const events = (...steps: PaymentInput[]): object[] => {
    const payment = Payment.unknown(orderId);
    for (const step of steps) INPUTS[step](payment);
    return messagesOf(payment);
  };

  it('voids an authorisation that comes late, and answers only then', () => {
    expect(events('authorise', 'void', 'provider-authorised')).toEqual([]);
    expect(events('authorise', 'void', 'provider-authorised', 'provider-voided')).toEqual([voided]);
  });

  it('is done when the provider declines', () => {
    expect(events('authorise', 'void', 'provider-declined')).toEqual([voided]);
  });

  it('answers each command once, however often it comes', () => {
    expect(
      events(
        'authorise',
        'authorise',
        'provider-authorised',
        'void',
        'authorise',
        'void',
        'provider-voided',
        'void',
      ),
    ).toEqual([authorised, voided]);
    expect(events('void', 'authorise', 'void', 'authorise')).toEqual([voided, declinedAsVoided]);
  });
});

describe('refunds', () => {
  const paid = (): Payment => given(...HISTORY.captured);

  it('may reach but not exceed what was captured, whether paid back yet or not', () => {
    const payment = paid();
    const first = payment.requestRefund('return-1', Money.of(400, 'GBP'));
    payment.requestRefund('return-2', Money.of(600, 'GBP'));
    expect(() => payment.requestRefund('return-3', Money.of(1, 'GBP'))).toThrow(
      expect.objectContaining({ code: 'payments.refund.exceeds-payment' }),
    );
    payment.providerRefunded(first);
    expect([payment.refundsRequested, payment.refunded]).toEqual([1_000, 400]);
  });

  it('are reported once', () => {
    const payment = paid();
    const refund = payment.requestRefund('return', Money.of(400, 'GBP'));
    payment.providerRefunded(refund);
    payment.providerRefunded(refund);
    expect(messagesOf(payment)).toEqual([
      new PaymentRefunded({ orderId, returnId: 'return', amount: Money.of(400, 'GBP') }),
    ]);
  });

  it('need a captured payment in the same currency', () => {
    expect(() => given('authorise').requestRefund('return', price)).toThrow(
      expect.objectContaining({ code: 'payments.payment-not-captured' }),
    );
    expect(() => paid().requestRefund('return', Money.of(1, 'EUR'))).toThrow(
      expect.objectContaining({ code: 'payments.refund.currency-differs' }),
    );
  });
});
