import type { Money } from '../../../platform/domain';
import { defineSaga } from '../../../platform/index';
import { ReleaseStock } from '../../inventory/contracts/release-stock.command';
import { ReserveStock } from '../../inventory/contracts/reserve-stock.command';
import { StockRefused } from '../../inventory/contracts/stock-refused.event';
import { StockReleased } from '../../inventory/contracts/stock-released.event';
import { StockReserved } from '../../inventory/contracts/stock-reserved.event';
import { AuthorisePayment } from '../../payments/contracts/authorise-payment.command';
import { CapturePayment } from '../../payments/contracts/capture-payment.command';
import { CreditRefused } from '../../payments/contracts/credit-refused.event';
import { CreditReleased } from '../../payments/contracts/credit-released.event';
import { CreditReserved } from '../../payments/contracts/credit-reserved.event';
import { PaymentAuthorised } from '../../payments/contracts/payment-authorised.event';
import { PaymentCaptured } from '../../payments/contracts/payment-captured.event';
import { PaymentDeclined } from '../../payments/contracts/payment-declined.event';
import { PaymentVoided } from '../../payments/contracts/payment-voided.event';
import { ReleaseCredit } from '../../payments/contracts/release-credit.command';
import { ReserveCredit } from '../../payments/contracts/reserve-credit.command';
import { VoidPayment } from '../../payments/contracts/void-payment.command';
import { CancelShipment } from '../../shipping/contracts/cancel-shipment.command';
import { PrepareShipment } from '../../shipping/contracts/prepare-shipment.command';
import { DeliveryRefused } from '../../shipping/contracts/delivery-refused.event';
import { ShipmentDelivered } from '../../shipping/contracts/shipment-delivered.event';
import { ShipmentDispatched } from '../../shipping/contracts/shipment-dispatched.event';
import { ShipmentFailed } from '../../shipping/contracts/shipment-failed.event';
import { ShipmentLost } from '../../shipping/contracts/shipment-lost.event';
import { ShipmentReturned } from '../../shipping/contracts/shipment-returned.event';
import { OrderPlaced } from '../contracts/order-placed.event';
import { goodsOf, type Goods } from './goods-of';

/** What the process needs to know of its order; fixed when the order is placed. */
export interface FulfilmentFacts {
  orderId: string;
  customerId: string;
  total: Money;
  /** The stock-tracked items, one line each; empty for an order of services only. */
  goods: Goods[];
}

const MINUTE = 60_000;
const hasGoods = {
  description: 'the order has stock-tracked lines',
  holds: (facts: FulfilmentFacts) => facts.goods.length > 0,
};
const tooLate = (reason: string, minutes: number) => ({
  afterMs: minutes * MINUTE,
  outcome: 'cancelled',
  reason,
});

/**
 * Nothing was captured yet: what is authorised is voided, and the credit is free again. The goods are settled
 * by inventory.
 */
const didNotArrive = (reason: string) => ({ outcome: 'cancelled', reason });

/**
 * From a placed order to a completed, rejected or cancelled one. The dispatch is the pivot: until the parcel
 * has left, everything can be undone; after it, everything that is left succeeds sooner or later, or the
 * parcel does not arrive: then the money is given back, and no longer the goods, which are where the parcel
 * is.
 */
export const fulfilment = defineSaga<FulfilmentFacts>({
  name: 'orders.fulfilment',
  aggregateType: 'fulfilment',
  correlateBy: 'orderId',
  start: {
    event: OrderPlaced,
    state: 'placed',
    facts: ({ orderId, customerId, total, lines }: OrderPlaced) => ({
      orderId,
      customerId,
      total,
      goods: goodsOf(lines),
    }),
  },
  steps: [
    {
      name: 'credit',
      kind: 'compensatable',
      state: 'awaiting-credit',
      send: {
        command: ReserveCredit,
        from: ({ orderId, customerId, total }) => new ReserveCredit({ orderId, customerId, amount: total }),
      },
      done: { event: CreditReserved },
      refused: [{ event: CreditRefused, outcome: 'rejected', reason: 'credit-refused' }],
      compensation: {
        command: ReleaseCredit,
        from: ({ orderId }) => new ReleaseCredit({ orderId }),
        state: 'undoing',
        done: { event: CreditReleased },
      },
      deadline: tooLate('credit-not-answered', 15),
    },
    {
      name: 'stock',
      kind: 'compensatable',
      state: 'awaiting-stock',
      when: hasGoods,
      send: {
        command: ReserveStock,
        from: ({ orderId, goods }) => new ReserveStock({ orderId, lines: goods }),
      },
      done: { event: StockReserved },
      refused: [{ event: StockRefused, outcome: 'rejected', reason: 'stock-refused' }],
      compensation: {
        command: ReleaseStock,
        from: ({ orderId }) => new ReleaseStock({ orderId }),
        state: 'undoing',
        done: { event: StockReleased },
        untilPivot: true,
      },
      deadline: tooLate('stock-not-answered', 15),
    },
    {
      name: 'payment',
      kind: 'compensatable',
      state: 'awaiting-payment',
      send: {
        command: AuthorisePayment,
        from: ({ orderId, customerId, total }) =>
          new AuthorisePayment({ orderId, customerId, amount: total }),
      },
      done: { event: PaymentAuthorised },
      refused: [{ event: PaymentDeclined, outcome: 'cancelled', reason: 'payment-declined' }],
      compensation: {
        command: VoidPayment,
        from: ({ orderId }) => new VoidPayment({ orderId }),
        state: 'undoing',
        done: { event: PaymentVoided },
      },
      deadline: tooLate('payment-not-answered', 30),
    },
    {
      name: 'dispatch',
      kind: 'pivot',
      state: 'awaiting-dispatch',
      when: hasGoods,
      send: {
        command: PrepareShipment,
        from: ({ orderId, customerId, goods }) => new PrepareShipment({ orderId, customerId, lines: goods }),
      },
      done: { event: ShipmentDispatched },
      refused: [
        {
          event: ShipmentFailed,
          where: { reason: 'no-address' },
          outcome: 'cancelled',
          reason: 'no-address',
        },
      ],
      compensation: {
        command: CancelShipment,
        from: ({ orderId }) => new CancelShipment({ orderId }),
        state: 'cancelling',
        done: { event: ShipmentFailed, where: { reason: 'cancelled' } },
        untilPivot: true,
      },
    },
    {
      name: 'delivery',
      kind: 'retriable',
      state: 'awaiting-delivery',
      when: hasGoods,
      done: { event: ShipmentDelivered },
      refused: [
        { event: DeliveryRefused, ...didNotArrive('parcel-refused') },
        { event: ShipmentReturned, ...didNotArrive('parcel-returned') },
        { event: ShipmentLost, where: { reason: 'reported' }, ...didNotArrive('parcel-lost') },
        { event: ShipmentLost, where: { reason: 'presumed' }, ...didNotArrive('parcel-presumed-lost') },
      ],
    },
    {
      name: 'capture',
      kind: 'retriable',
      state: 'capturing',
      send: { command: CapturePayment, from: ({ orderId }) => new CapturePayment({ orderId }) },
      done: { event: PaymentCaptured },
    },
    {
      name: 'credit-release',
      kind: 'retriable',
      state: 'releasing-credit',
      send: { command: ReleaseCredit, from: ({ orderId }) => new ReleaseCredit({ orderId }) },
      done: { event: CreditReleased },
    },
  ],
  completed: 'completed',
  callOff: { outcome: 'cancelled', reason: 'cancelled-by-customer', lost: 'dispatched-before-cancellation' },
});
