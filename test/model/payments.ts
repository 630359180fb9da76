import fc from 'fast-check';
import { OrderedLine } from '../../src/modules/orders/contracts/ordered-line';
import { ReturnAccepted } from '../../src/modules/orders/contracts/return-accepted.event';
import { AuthorisePayment } from '../../src/modules/payments/contracts/authorise-payment.command';
import { CapturePayment } from '../../src/modules/payments/contracts/capture-payment.command';
import { ReleaseCredit } from '../../src/modules/payments/contracts/release-credit.command';
import { ReserveCredit } from '../../src/modules/payments/contracts/reserve-credit.command';
import { SetCreditLimit } from '../../src/modules/payments/contracts/set-credit-limit.command';
import { VoidPayment } from '../../src/modules/payments/contracts/void-payment.command';
import { Money } from '../../src/platform/domain/money';
import { type Lockstep, mustEqual } from './lockstep';
import type { PaymentsState } from './models/payments-model';
import { ProviderAnswers, ProviderIsCalled } from './provider-calls';
import { nothing, plain } from './reply';

export const LIMIT = 100;

/**
 * Who pays how much for each order; the first two together are more than a customer may owe, and the third
 * owes nothing to their account.
 */
const ORDERS = [
  { orderId: 'order-0', customerId: 'Ada', amount: Money.of(60, 'GBP') },
  { orderId: 'order-1', customerId: 'Ada', amount: Money.of(50, 'GBP') },
  { orderId: 'order-2', customerId: 'Ada', amount: Money.of(90, 'EUR') },
  { orderId: 'order-3', customerId: 'Bob', amount: Money.of(100, 'GBP') },
] as const;

/** A run: payments under test, the calls its provider got, and everything that might be told again. */
export class TillAndProvider {
  private readonly told: object[] = [];
  private readonly called: string[] = [];

  constructor(
    private readonly both: Lockstep<PaymentsState>,
    private readonly seen: Set<string>,
  ) {}

  async tell(message: object, repeatable = true): Promise<void> {
    const { published, refused } = await this.both.tell(message);
    if (repeatable && refused === undefined) this.told.push(message);
    if (refused) this.seen.add(refused);
    for (const { constructor } of published) this.seen.add(constructor.name);
    const { holds, payments } = await this.both.look();
    for (const state of Object.values(holds)) this.seen.add(`credit ${state}`);
    for (const state of Object.values(payments)) this.seen.add(`payment ${state}`);
  }

  /**
   * What was handled before and comes again, an answer of the provider's too, changes nothing and is answered
   * by nothing.
   */
  async tellAgain(position: number): Promise<void> {
    if (this.told.length === 0) return;
    const before = await this.both.look();
    const reply = await this.both.tell(this.told[position % this.told.length]);
    mustEqual(
      { again: plain(reply), state: await this.both.look() },
      { again: plain(nothing), state: before },
    );
  }

  /** A runner takes up an open call; what the provider makes of it is not known yet. */
  async call(position: number): Promise<void> {
    const { open } = await this.both.look();
    if (open.length === 0) return;
    const call = open[position % open.length];
    if (!this.called.includes(call)) this.called.push(call);
    await this.tell(new ProviderIsCalled(call), false);
  }

  /** The provider answers a call that it got. */
  async answer(position: number, declines: boolean): Promise<void> {
    if (this.called.length === 0) return;
    const [call] = this.called.splice(position % this.called.length, 1);
    await this.tell(ProviderAnswers.to(call, declines));
  }
}

/** Everything that a run has to come across in the end, or it has proved little. */
export const EVERYTHING = [
  'CreditLimitChanged',
  'CreditReserved',
  'CreditRefused',
  'CreditReleased',
  'PaymentAuthorised',
  'PaymentDeclined',
  'PaymentCaptured',
  'PaymentVoided',
  'PaymentRefunded',
  ...['held', 'refused', 'released', 'forestalled'].map((state) => `credit ${state}`),
  ...['requested', 'authorised', 'declined', 'capturing', 'captured', 'voiding', 'voided', 'forestalled'].map(
    (state) => `payment ${state}`,
  ),
  ...['unknown', 'requested', 'declined', 'capturing', 'captured', 'voiding', 'voided', 'forestalled'].map(
    (state) => `payments.payment-${state}`,
  ),
  'payments.payment-not-captured',
  'payments.refund.exceeds-payment',
  'payments.refund.currency-differs',
];

type TillCommand = fc.AsyncCommand<object, TillAndProvider>;

class Do implements TillCommand {
  constructor(
    private readonly what: string,
    private readonly act: (till: TillAndProvider) => Promise<void>,
  ) {}

  check = (): boolean => true;
  run = (_: object, till: TillAndProvider): Promise<void> => this.act(till);
  toString = (): string => this.what;
}

const tell = (what: string, message: object): Do => new Do(what, (till) => till.tell(message));
const order = fc.constantFrom(...ORDERS);
const position = fc.nat(20);

const asking = fc
  .tuple(order, fc.constantFrom('hold', 'let go', 'authorise', 'authorise', 'capture', 'capture', 'void'))
  .map(([{ orderId, customerId, amount }, what]) => {
    const say = (message: object): Do => tell(`${what}(${orderId})`, message);
    if (what === 'hold') return say(new ReserveCredit({ orderId, customerId, amount }));
    if (what === 'let go') return say(new ReleaseCredit({ orderId }));
    if (what === 'authorise') return say(new AuthorisePayment({ orderId, customerId, amount }));
    if (what === 'capture') return say(new CapturePayment({ orderId }));
    return say(new VoidPayment({ orderId }));
  });

const refund = fc
  .record({
    order,
    which: fc.nat(2),
    amount: fc.integer({ min: 20, max: 50 }),
    strange: fc.constantFrom(false, false, false, false, true),
  })
  .map(({ order: { orderId, amount: paid }, which, amount, strange }) => {
    const lines = [OrderedLine.of('A', 1, amount, false)];
    return tell(
      `return(${orderId} as ${which} for ${amount}${strange ? ' in another currency' : ''})`,
      new ReturnAccepted({
        orderId,
        returnId: `${orderId} return-${which}`,
        lines,
        refund: Money.of(amount, strange ? 'JPY' : paid.currency),
      }),
    );
  });

const limit = fc
  .record({
    customerId: fc.constantFrom('Ada', 'Bob'),
    amount: fc.constantFrom(0, 55, LIMIT, 110, 200),
    currency: fc.constantFrom('GBP', 'EUR'),
  })
  .map(
    ({ customerId, amount, currency }) =>
      new Do(`limit(${customerId} ${amount} ${currency})`, (till) =>
        till.tell(new SetCreditLimit({ customerId, limit: Money.of(amount, currency) }), false),
      ),
  );

const call = position.map((at) => new Do(`call(${at})`, (till) => till.call(at)));
const answer = fc
  .record({ at: position, declines: fc.constantFrom(false, false, false, true) })
  .map(
    ({ at, declines }) =>
      new Do(`${declines ? 'decline' : 'answer'}(${at})`, (till) => till.answer(at, declines)),
  );
const again = position.map((at) => new Do(`again(${at})`, (till) => till.tellAgain(at)));

/** Sequences of everything that payments can be told, its provider's answers among them, in any order. */
export const tillCommands = (maxCommands: number): fc.Arbitrary<Iterable<TillCommand>> =>
  fc.commands<object, TillAndProvider, false>(
    [asking, asking, asking, asking, call, call, answer, answer, refund, limit, again],
    {
      maxCommands,
      size: 'max',
    },
  );
