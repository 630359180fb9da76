import { Money } from '../../../platform/domain/money';
import { SagaMachine, type SagaInstance, type Transition } from '../../../platform/sagas/saga-machine';
import { StockRefused } from '../../inventory/contracts/stock-refused.event';
import { StockReleased } from '../../inventory/contracts/stock-released.event';
import { StockReserved } from '../../inventory/contracts/stock-reserved.event';
import { CreditRefused } from '../../payments/contracts/credit-refused.event';
import { CreditReleased } from '../../payments/contracts/credit-released.event';
import { CreditReserved } from '../../payments/contracts/credit-reserved.event';
import { PaymentAuthorised } from '../../payments/contracts/payment-authorised.event';
import { PaymentCaptured } from '../../payments/contracts/payment-captured.event';
import { PaymentDeclined } from '../../payments/contracts/payment-declined.event';
import { PaymentVoided } from '../../payments/contracts/payment-voided.event';
import { DeliveryRefused } from '../../shipping/contracts/delivery-refused.event';
import { ShipmentDelivered } from '../../shipping/contracts/shipment-delivered.event';
import { ShipmentDispatched } from '../../shipping/contracts/shipment-dispatched.event';
import { ShipmentFailed } from '../../shipping/contracts/shipment-failed.event';
import { ShipmentLost } from '../../shipping/contracts/shipment-lost.event';
import { ShipmentReturned } from '../../shipping/contracts/shipment-returned.event';
import { fulfilment, type FulfilmentFacts } from './fulfilment.saga';

const orderId = '01940000-0000-7000-8000-000000000001';
const shipmentId = '01940000-0000-7000-8000-000000000002';
const NOW = new Date('2026-01-01T00:00:00Z');
const later = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

const facts = (goods = [{ itemId: 'A', quantity: 2 }]): FulfilmentFacts => ({
  orderId,
  customerId: orderId,
  total: Money.of(500, 'GBP'),
  goods,
});
const creditReserved = new CreditReserved({ orderId });
const stockReserved = new StockReserved({ orderId, lines: [] });
const authorised = new PaymentAuthorised({ orderId });
const dispatched = new ShipmentDispatched({ shipmentId, orderId, lines: [] });
const delivered = new ShipmentDelivered({ shipmentId, orderId });
const captured = new PaymentCaptured({ orderId, amount: Money.of(500, 'GBP') });
const creditReleased = new CreditReleased({ orderId });
const stockReleased = new StockReleased({ orderId });
const voided = new PaymentVoided({ orderId });
const shipmentFailed = (reason: 'cancelled' | 'no-address' | 'delivery-failed') =>
  new ShipmentFailed({ shipmentId, orderId, reason });

const lost = (reason: 'reported' | 'presumed') =>
  new ShipmentLost({ shipmentId, orderId, reason, lines: [] });
const returned = new ShipmentReturned({ shipmentId, orderId, lines: [] });
const refusedByRecipient = new DeliveryRefused({ shipmentId, orderId });

/** Plays events from the start and tells each state with the commands sent on entering it. */
class Play {
  private readonly machine = new SagaMachine<FulfilmentFacts>(fulfilment);
  instance!: SagaInstance<FulfilmentFacts>;
  readonly told: string[] = [];

  constructor(goods?: FulfilmentFacts['goods']) {
    this.apply(this.machine.start(orderId, facts(goods), NOW));
  }

  when(...events: object[]): this {
    for (const event of events) this.apply(this.machine.on(this.instance, event, NOW));
    return this;
  }

  cancel(): this {
    return this.apply(this.machine.requestUndo(this.instance, 'cancelled', 'cancelled-by-customer'));
  }

  passTime(minutes: number): this {
    return this.apply(this.machine.onDeadline(this.instance, later(minutes)));
  }

  private apply(transition: Transition<FulfilmentFacts> | null): this {
    if (!transition) {
      this.told.push('-');
      return this;
    }
    this.instance = transition.instance;
    this.told.push(
      [transition.instance.state, ...transition.commands.map((command) => command.constructor.name)].join(
        ' ',
      ),
    );
    return this;
  }
}

const FORWARD = [
  'awaiting-credit ReserveCredit',
  'awaiting-stock ReserveStock',
  'awaiting-payment AuthorisePayment',
  'awaiting-dispatch PrepareShipment',
];

describe('fulfilment of an order', () => {
  it('completes only after capture and release of the credit hold', () => {
    const play = new Play().when(
      creditReserved,
      stockReserved,
      authorised,
      dispatched,
      delivered,
      captured,
      creditReleased,
    );
    expect(play.told).toEqual([
      ...FORWARD,
      'awaiting-delivery',
      'capturing CapturePayment',
      'releasing-credit ReleaseCredit',
      'completed',
    ]);
    expect(play.instance.final).toBe(true);
  });

  it('skips stock and shipment for an order of services only', () => {
    const play = new Play([]).when(creditReserved, authorised, captured, creditReleased);
    expect(play.told).toEqual([
      'awaiting-credit ReserveCredit',
      'awaiting-payment AuthorisePayment',
      'capturing CapturePayment',
      'releasing-credit ReleaseCredit',
      'completed',
    ]);
  });

  it('is rejected at once when the credit is refused: nothing was held', () => {
    const play = new Play().when(new CreditRefused({ orderId, available: 0 }));
    expect(play.told).toEqual(['awaiting-credit ReserveCredit', 'rejected']);
    expect(play.instance.reason).toBe('credit-refused');
  });

  it('releases the credit before it is rejected for want of stock', () => {
    const play = new Play().when(
      creditReserved,
      new StockRefused({ orderId, shortages: [] }),
      creditReleased,
    );
    expect(play.told.slice(2)).toEqual(['undoing ReleaseCredit', 'rejected']);
  });

  it('undoes stock and credit, in reverse order, when the payment is declined', () => {
    const play = new Play().when(
      creditReserved,
      stockReserved,
      new PaymentDeclined({ orderId, reason: 'declined' }),
      stockReleased,
      creditReleased,
    );
    expect(play.told.slice(3)).toEqual(['undoing ReleaseStock', 'undoing ReleaseCredit', 'cancelled']);
  });

  it('undoes every step in reverse when the customer cancels before the dispatch', () => {
    const play = new Play().when(creditReserved, stockReserved, authorised).cancel();
    play.when(shipmentFailed('cancelled'), voided, stockReleased, creditReleased);
    expect(play.told.slice(4)).toEqual([
      'cancelling CancelShipment',
      'undoing VoidPayment',
      'undoing ReleaseStock',
      'undoing ReleaseCredit',
      'cancelled',
    ]);
    expect(play.instance.reason).toBe('cancelled-by-customer');
  });

  it('goes on when the parcel left before the cancellation reached shipping', () => {
    const play = new Play().when(creditReserved, stockReserved, authorised).cancel().when(dispatched);
    expect(play.instance.reason).toBe('dispatched-before-cancellation');
    play.when(delivered);
    expect(play.instance.reason).toBeUndefined();
    play.when(captured, creditReleased);
    expect(play.told.slice(4)).toEqual([
      'cancelling CancelShipment',
      'awaiting-delivery',
      'capturing CapturePayment',
      'releasing-credit ReleaseCredit',
      'completed',
    ]);
    expect(play.instance.outcome).toBeUndefined();
  });

  it('cannot be cancelled after the dispatch', () => {
    const play = new Play().when(creditReserved, stockReserved, authorised, dispatched).cancel();
    expect(play.told.at(-1)).toBe('-');
  });

  it('cannot be cancelled while the payment of a services-only order is captured', () => {
    expect(new Play([]).when(creditReserved, authorised).cancel().told.at(-1)).toBe('-');
  });

  it('waits on after a failed delivery attempt', () => {
    const play = new Play().when(
      creditReserved,
      stockReserved,
      authorised,
      dispatched,
      shipmentFailed('delivery-failed'),
      delivered,
    );
    expect(play.told.slice(-2)).toEqual(['-', 'capturing CapturePayment']);
  });

  it.each([
    ['parcel-lost', lost('reported')],
    ['parcel-presumed-lost', lost('presumed')],
    ['parcel-refused', refusedByRecipient],
    ['parcel-returned', returned],
  ])(
    'gives the money back and not the goods, which have left, when it ends because of %s',
    (reason, event) => {
      const play = new Play().when(
        creditReserved,
        stockReserved,
        authorised,
        dispatched,
        event,
        voided,
        creditReleased,
      );
      expect(play.told.slice(4)).toEqual([
        'awaiting-delivery',
        'undoing VoidPayment',
        'undoing ReleaseCredit',
        'cancelled',
      ]);
      expect(play.instance).toMatchObject({ final: true, outcome: 'cancelled', reason });
    },
  );

  it('does the same when the parcel left before a cancellation reached shipping', () => {
    const play = new Play().when(creditReserved, stockReserved, authorised).cancel();
    play.when(dispatched, lost('reported'), voided, creditReleased);
    expect(play.told.slice(5)).toEqual([
      'awaiting-delivery',
      'undoing VoidPayment',
      'undoing ReleaseCredit',
      'cancelled',
    ]);
    expect(play.instance.reason).toBe('parcel-lost');
  });

  it('is not turned back by what is reported of a parcel after that: it ends once', () => {
    const play = new Play().when(creditReserved, stockReserved, authorised, dispatched, refusedByRecipient);
    play.when(returned, lost('reported'), delivered);
    expect(play.told.slice(-3)).toEqual(['-', '-', '-']);
    const done = new Play()
      .when(creditReserved, stockReserved, authorised, dispatched, delivered)
      .when(lost('reported'), returned);
    expect(done.told.slice(-2)).toEqual(['-', '-']);
  });

  it('is cancelled when there is nowhere to send it', () => {
    const play = new Play().when(creditReserved, stockReserved, authorised, shipmentFailed('no-address'));
    expect(play.told.at(-1)).toBe('undoing VoidPayment');
    expect(play.instance).toMatchObject({ outcome: 'cancelled', reason: 'no-address' });
  });

  it('compensates a step whose answer is late, and ignores the answer when it comes', () => {
    const play = new Play()
      .when(creditReserved, stockReserved)
      .passTime(29)
      .passTime(30)
      .when(authorised, voided, stockReleased, creditReleased);
    expect(play.told.slice(3)).toEqual([
      '-',
      'undoing VoidPayment',
      '-',
      'undoing ReleaseStock',
      'undoing ReleaseCredit',
      'cancelled',
    ]);
    expect(play.instance.reason).toBe('payment-not-answered');
  });

  it('takes a late refusal as undone', () => {
    const play = new Play()
      .when(creditReserved, stockReserved)
      .passTime(30)
      .when(new PaymentDeclined({ orderId, reason: 'declined' }));
    expect(play.told.at(-1)).toBe('undoing ReleaseStock');
  });

  it('changes nothing at a repeated answer, in any state', () => {
    const answers = [
      creditReserved,
      stockReserved,
      authorised,
      dispatched,
      delivered,
      captured,
      creditReleased,
    ];
    const play = new Play();
    for (const [index, answer] of answers.entries()) {
      play.when(answer);
      for (const earlier of answers.slice(0, index + 1)) {
        // The credit is released twice in the life of no order: the last answer ends it.
        play.when(earlier);
        expect(play.told.at(-1)).toBe('-');
      }
    }
    expect(play.instance.state).toBe('completed');
  });
});
