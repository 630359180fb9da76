import { CancelOrder } from '../../../src/modules/orders/contracts/cancel-order.command';
import { OrderCancelled } from '../../../src/modules/orders/contracts/order-cancelled.event';
import { OrderCompleted } from '../../../src/modules/orders/contracts/order-completed.event';
import { OrderDispatched } from '../../../src/modules/orders/contracts/order-dispatched.event';
import { OrderPlaced } from '../../../src/modules/orders/contracts/order-placed.event';
import { OrderRejected } from '../../../src/modules/orders/contracts/order-rejected.event';
import { OrderedLine } from '../../../src/modules/orders/contracts/ordered-line';
import { ReturnAccepted } from '../../../src/modules/orders/contracts/return-accepted.event';
import { ReturnItems } from '../../../src/modules/orders/contracts/return-items.command';
import { ItemQuantity } from '../../../src/modules/inventory/contracts/item-quantity';
import { ReleaseStock } from '../../../src/modules/inventory/contracts/release-stock.command';
import { ReserveStock } from '../../../src/modules/inventory/contracts/reserve-stock.command';
import { AuthorisePayment } from '../../../src/modules/payments/contracts/authorise-payment.command';
import { CapturePayment } from '../../../src/modules/payments/contracts/capture-payment.command';
import { ReleaseCredit } from '../../../src/modules/payments/contracts/release-credit.command';
import { ReserveCredit } from '../../../src/modules/payments/contracts/reserve-credit.command';
import { VoidPayment } from '../../../src/modules/payments/contracts/void-payment.command';
import { CancelShipment } from '../../../src/modules/shipping/contracts/cancel-shipment.command';
import { PrepareShipment } from '../../../src/modules/shipping/contracts/prepare-shipment.command';
import { Money } from '../../../src/platform/domain/money';
import { DeadlineIsLookedAt, MinutesPass, OrderIsPlaced } from '../order-steps';
import { nothing, refuses, says, type Module, type Reply } from '../reply';

export interface OrderView {
  state: string;
  /** Every state it was shown in, and why, where there was a reason. */
  history: string[];
  /** Units that came back, line by line. */
  returned: number[];
}

export type OrdersState = Record<string, OrderView>;

type Place =
  | ('placed' | 'credit' | 'stock' | 'payment' | 'dispatch' | 'delivery' | 'capture' | 'settle')
  | ('undo dispatch' | 'undo payment' | 'undo stock' | 'undo credit' | 'give up payment')
  | 'end';

/** Back means: the order will end like this, for this reason, once everything is undone from here on. */
interface Turn {
  to: Place;
  end?: 'rejected' | 'cancelled' | 'forward';
  why?: string;
}

const BY_CUSTOMER = 'cancelled-by-customer';

/** Written down from docs/fulfilment.md: where an answer leads. What is not here changes nothing. */
const ANSWERS: Readonly<Record<Place, Readonly<Record<string, Turn>>>> = {
  placed: {},
  credit: {
    CreditReserved: { to: 'stock' },
    CreditRefused: { to: 'end', end: 'rejected', why: 'credit-refused' },
  },
  stock: {
    StockReserved: { to: 'payment' },
    StockRefused: { to: 'undo credit', end: 'rejected', why: 'stock-refused' },
  },
  payment: {
    PaymentAuthorised: { to: 'dispatch' },
    PaymentDeclined: { to: 'undo stock', end: 'cancelled', why: 'payment-declined' },
  },
  dispatch: {
    ShipmentDispatched: { to: 'delivery' },
    'ShipmentFailed no-address': { to: 'undo payment', end: 'cancelled', why: 'no-address' },
  },
  delivery: {
    ShipmentDelivered: { to: 'capture' },
    DeliveryRefused: { to: 'give up payment', end: 'cancelled', why: 'parcel-refused' },
    ShipmentReturned: { to: 'give up payment', end: 'cancelled', why: 'parcel-returned' },
    'ShipmentLost reported': { to: 'give up payment', end: 'cancelled', why: 'parcel-lost' },
  },
  capture: { PaymentCaptured: { to: 'settle' } },
  settle: { CreditReleased: { to: 'end' } },
  'undo dispatch': {
    ShipmentDispatched: { to: 'delivery', end: 'forward', why: 'dispatched-before-cancellation' },
    'ShipmentFailed cancelled': { to: 'undo payment' },
    'ShipmentFailed no-address': { to: 'undo payment' },
  },
  'undo payment': { PaymentVoided: { to: 'undo stock' }, PaymentDeclined: { to: 'undo stock' } },
  'undo stock': { StockReleased: { to: 'undo credit' }, StockRefused: { to: 'undo credit' } },
  'undo credit': { CreditReleased: { to: 'end' }, CreditRefused: { to: 'end' } },
  // The goods have left.
  'give up payment': { PaymentVoided: { to: 'undo credit' } },
  end: {},
};

/** Where an order turns back that is called off, or not answered for so many minutes. */
const WAYS_BACK: Partial<Record<Place, { to: Place; minutes?: number; why?: string }>> = {
  credit: { to: 'undo credit', minutes: 15, why: 'credit-not-answered' },
  stock: { to: 'undo stock', minutes: 15, why: 'stock-not-answered' },
  payment: { to: 'undo payment', minutes: 30, why: 'payment-not-answered' },
  dispatch: { to: 'undo dispatch' },
};

/** An order of services only passes these by. */
const WITHOUT_GOODS: Partial<Record<Place, Place>> = {
  stock: 'payment',
  dispatch: 'capture',
  'undo stock': 'undo credit',
};

const SHOWN: Readonly<Record<Exclude<Place, 'end'>, string>> = {
  placed: 'placed',
  credit: 'awaiting-credit',
  stock: 'awaiting-stock',
  payment: 'awaiting-payment',
  dispatch: 'awaiting-dispatch',
  delivery: 'awaiting-delivery',
  capture: 'capturing',
  settle: 'releasing-credit',
  'undo dispatch': 'cancelling',
  'undo payment': 'undoing',
  'undo stock': 'undoing',
  'undo credit': 'undoing',
  'give up payment': 'undoing',
};

/** What is asked for on entering a place. */
const SENT: Partial<Record<Place, (order: Order) => object>> = {
  credit: ({ orderId, customerId, total }) => new ReserveCredit({ orderId, customerId, amount: total }),
  stock: ({ orderId, goods }) => new ReserveStock({ orderId, lines: goods }),
  payment: ({ orderId, customerId, total }) => new AuthorisePayment({ orderId, customerId, amount: total }),
  dispatch: ({ orderId, customerId, goods }) => new PrepareShipment({ orderId, customerId, lines: goods }),
  capture: ({ orderId }) => new CapturePayment({ orderId }),
  settle: ({ orderId }) => new ReleaseCredit({ orderId }),
  'undo dispatch': ({ orderId }) => new CancelShipment({ orderId }),
  'undo payment': ({ orderId }) => new VoidPayment({ orderId }),
  'give up payment': ({ orderId }) => new VoidPayment({ orderId }),
  'undo stock': ({ orderId }) => new ReleaseStock({ orderId }),
  'undo credit': ({ orderId }) => new ReleaseCredit({ orderId }),
};

interface Order {
  orderId: string;
  customerId: string;
  lines: OrderedLine[];
  goods: ItemQuantity[];
  total: Money;
  at: Place;
  /** Minutes since the beginning of the run. */
  since: number;
  end: 'completed' | 'rejected' | 'cancelled';
  why?: string;
  history: string[];
  returned: number[];
  returns: number;
}

/** What orders is to do: a walk over the tables above. */
export class OrdersModel implements Module<OrdersState> {
  private readonly orders: Record<string, Order> = {};
  private now = 0;

  handle(message: object): Reply {
    if (message instanceof MinutesPass) {
      this.now += message.minutes;
      return nothing;
    }
    if (message instanceof OrderIsPlaced) return this.place(message);
    const order = this.orders[(message as { orderId: string }).orderId];
    if (message instanceof OrderPlaced) return order.at === 'placed' ? this.enter(order, 'credit') : nothing;
    if (message instanceof CancelOrder) return this.cancel(order);
    if (message instanceof DeadlineIsLookedAt) return this.lookAtDeadline(order);
    if (message instanceof ReturnItems) return this.takeBack(order, message);
    return this.answered(order, message);
  }

  state(): OrdersState {
    const view = ({ at, end, history, returned }: Order): OrderView => ({
      state: at === 'end' ? end : SHOWN[at],
      history,
      returned,
    });
    return Object.fromEntries(Object.values(this.orders).map((order) => [order.orderId, view(order)]));
  }

  private place({ orderId, customerId, lines: placed, currency }: OrderIsPlaced): Reply {
    const lines = placed.map(({ itemId, quantity, unitPrice, stockTracked }) =>
      OrderedLine.of(itemId, quantity, unitPrice, stockTracked),
    );
    const units = new Map<string, number>();
    for (const { itemId, quantity } of lines.filter((line) => line.stockTracked))
      units.set(itemId, (units.get(itemId) ?? 0) + quantity);
    const goods = [...units].map(([itemId, quantity]) => ItemQuantity.of(itemId, quantity));
    const total = Money.of(worth(lines), currency);
    const beginning = {
      at: 'placed',
      since: this.now,
      end: 'completed',
      history: ['placed'],
      returns: 0,
    } as const;
    this.orders[orderId] = {
      orderId,
      customerId,
      lines,
      goods,
      total,
      ...beginning,
      history: ['placed'],
      returned: lines.map(() => 0),
    };
    return says(new OrderPlaced({ orderId, customerId, total, lines, salesChannel: 'unknown' }));
  }

  private answered(order: Order, answer: object): Reply {
    const { reason } = answer as { reason?: string };
    const name =
      answer.constructor.name + (/^Shipment(Failed|Lost)$/.test(answer.constructor.name) ? ` ${reason}` : '');
    const turn = ANSWERS[order.at][name];
    if (!turn) return nothing;
    if (turn.end)
      Object.assign(order, { end: turn.end === 'forward' ? 'completed' : turn.end, why: turn.why });
    else if (order.end === 'completed') order.why = undefined;
    return this.enter(order, turn.to);
  }

  private cancel(order: Order): Reply {
    if (order.end === 'cancelled') return nothing;
    const back =
      order.at === 'placed' ? { to: 'end' as const } : order.end === 'completed' && WAYS_BACK[order.at];
    if (!back) return refuses('orders.not-cancellable');
    Object.assign(order, { end: 'cancelled', why: BY_CUSTOMER });
    return this.enter(order, back.to);
  }

  private lookAtDeadline(order: Order): Reply {
    const back = WAYS_BACK[order.at];
    if (!back?.minutes || this.now < order.since + back.minutes) return nothing;
    Object.assign(order, { end: 'cancelled', why: back.why });
    return this.enter(order, back.to);
  }

  private enter(order: Order, place: Place): Reply {
    const to = order.goods.length === 0 ? (WITHOUT_GOODS[place] ?? place) : place;
    Object.assign(order, { at: to, since: this.now });
    const shown = [to === 'end' ? order.end : SHOWN[to], order.why].filter(Boolean).join(': ');
    if (order.history.at(-1) !== shown) order.history.push(shown);
    if (to === 'end') return says(lastWord(order));
    const command = SENT[to]?.(order);
    // What the order tells others comes after what its process asks for: they stand in one log.
    return says(
      ...(command ? [command] : []),
      ...(to === 'delivery' ? [new OrderDispatched({ orderId: order.orderId })] : []),
    );
  }

  private takeBack(order: Order, { lines: wanted }: ReturnItems): Reply {
    if (order.at !== 'end' || order.end !== 'completed') return refuses('orders.return.order-not-completed');
    const left = order.lines.map(({ quantity }, line) => quantity - order.returned[line]);
    const taken = order.lines.map(() => 0);
    for (const { itemId, quantity } of wanted) {
      for (let unit = 0; unit < quantity; unit += 1) {
        const line = order.lines.findIndex(
          (candidate, index) => candidate.itemId === itemId && taken[index] < left[index],
        );
        if (line < 0) return refuses('orders.return.refused');
        taken[line] += 1;
      }
    }
    order.returned = order.returned.map((units, line) => units + taken[line]);
    order.returns += 1;
    const lines = order.lines.flatMap(({ itemId, unitPrice, stockTracked }, line) =>
      taken[line] > 0 ? [OrderedLine.of(itemId, taken[line], unitPrice, stockTracked)] : [],
    );
    const refund = Money.of(worth(lines), order.total.currency);
    return says(
      new ReturnAccepted({
        orderId: order.orderId,
        returnId: returnOf(order.orderId, order.returns),
        lines,
        refund,
      }),
    );
  }
}

const worth = (lines: readonly OrderedLine[]): number =>
  lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);

/** The name of an order's nth return in a test. */
export const returnOf = (orderId: string, number: number): string => `return ${number} of ${orderId}`;

function lastWord({ orderId, end, why }: Order): object {
  if (end === 'completed') return new OrderCompleted({ orderId });
  return end === 'rejected'
    ? new OrderRejected({ orderId, reason: why ?? '' })
    : new OrderCancelled({ orderId, reason: why ?? '' });
}
