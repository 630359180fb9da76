import { Refusal } from '../../../platform/domain/refusal';
import { OrderCancelled } from '../contracts/order-cancelled.event';
import { OrderCompleted } from '../contracts/order-completed.event';
import { OrderDispatched } from '../contracts/order-dispatched.event';
import { OrderedLine } from '../contracts/ordered-line';
import { OrderPlaced } from '../contracts/order-placed.event';
import { OrderRejected } from '../contracts/order-rejected.event';
import { ReturnAccepted } from '../contracts/return-accepted.event';
import { Order } from './order';

const orderId = '01890a5d-ac96-774b-bcce-b302099a8057';
const customerId = '01890a5d-ac96-774b-bcce-b302099a8058';
const returnId = '01890a5d-ac96-774b-bcce-b302099a8059';
const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 12, minute));

const placed = (...lines: OrderedLine[]): Order =>
  Order.place(
    {
      orderId,
      customerId,
      currency: 'GBP',
      lines: lines.length > 0 ? lines : [OrderedLine.of('85123A', 6, 255, true)],
    },
    at(0),
  );

const completed = (...lines: OrderedLine[]): Order => {
  const order = placed(...lines);
  order.complete(at(5));
  order.takeRecorded();
  return order;
};

const messagesOf = (order: Order): object[] => order.takeRecorded().map(({ message }) => message);
const refusalOf = (work: () => unknown): Refusal => {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
};

describe('an order', () => {
  it('is placed with the sum of its lines, a repeated item staying two lines', () => {
    const order = placed(
      OrderedLine.of('A', 2, 100, true),
      OrderedLine.of('POST', 1, 1800, false),
      OrderedLine.of('A', 1, 90, true),
    );

    expect(order).toMatchObject({
      state: 'placed',
      total: 2090,
      currency: 'GBP',
      version: 1,
      history: [{ state: 'placed', at: at(0).toISOString() }],
    });
    expect(order.lines.map(({ itemId, returned }) => [itemId, returned])).toEqual([
      ['A', 0],
      ['POST', 0],
      ['A', 0],
    ]);
    const [message] = order.takeRecorded();
    expect(message).toMatchObject({ aggregateType: 'order', aggregateId: orderId, keyVersion: 1 });
    expect(message.message).toBeInstanceOf(OrderPlaced);
    expect(message.message).toMatchObject({ orderId, customerId, total: { amount: 2090, currency: 'GBP' } });
    expect((message.message as OrderPlaced).lines).toHaveLength(3);
  });

  it('shows the steps on its way without a message, and its revision still grows', () => {
    const order = placed();
    order.takeRecorded();
    const before = order.revision;

    order.moveTo('awaiting-credit', at(1));
    order.moveTo('undoing', at(2), 'credit-refused');

    expect(messagesOf(order)).toEqual([]);
    expect(order.version).toBe(1);
    expect(order.revision).toBe(before + 2);
    expect(order.history.at(-1)).toEqual({
      state: 'undoing',
      at: at(2).toISOString(),
      reason: 'credit-refused',
    });
  });

  it('does not enter the state that it is in', () => {
    const order = placed();
    order.moveTo('awaiting-credit', at(1));
    order.moveTo('awaiting-credit', at(2));
    expect(order.history).toHaveLength(2);
  });

  it.each([
    [
      'dispatched',
      (order: Order) => order.dispatched(at(1)),
      OrderDispatched,
      'awaiting-delivery',
      undefined,
    ],
    ['completed', (order: Order) => order.complete(at(1)), OrderCompleted, 'completed', undefined],
    [
      'rejected',
      (order: Order) => order.reject('stock-refused', at(1)),
      OrderRejected,
      'rejected',
      'stock-refused',
    ],
    [
      'cancelled',
      (order: Order) => order.cancel('payment-declined', at(1)),
      OrderCancelled,
      'cancelled',
      'payment-declined',
    ],
  ])('tells others when it is %s', (_name, change, type, state, reason) => {
    const order = placed();
    order.takeRecorded();

    change(order);

    const [message, ...others] = messagesOf(order);
    expect(others).toEqual([]);
    expect(message).toBeInstanceOf(type);
    expect(message).toMatchObject({ orderId, ...(reason && { reason }) });
    expect(order).toMatchObject({ state, version: 2 });
    expect(order.history.at(-1)?.reason).toBe(reason);
  });

  it('is not cancelled while its parcel is on its way, but once that has turned out not to arrive', () => {
    const order = placed();
    order.dispatched(at(1));
    expect(() => order.cancel('wish', at(2))).toThrow('its parcel has left');
    order.moveTo('undoing', at(2), 'parcel-lost');
    order.cancel('parcel-lost', at(3));
    expect(order.history.slice(1).map(({ state, reason }) => [state, reason])).toEqual([
      ['awaiting-delivery', undefined],
      ['undoing', 'parcel-lost'],
      ['cancelled', 'parcel-lost'],
    ]);
  });

  it.each(['complete', 'reject', 'cancel'] as const)('stays as it is after %s', (end) => {
    const order = placed();
    if (end === 'complete') order.complete(at(1));
    else order[end]('reason', at(1));

    expect(() => order.moveTo('undoing', at(2))).toThrow('is final');
    expect(() => order.complete(at(2))).toThrow('is final');
    expect(order.history).toHaveLength(2);
    expect(order.version).toBe(2);
  });
});

describe('returning items', () => {
  it('takes them from the lines of the item in order, at the price of each line', () => {
    const order = completed(
      OrderedLine.of('A', 2, 100, true),
      OrderedLine.of('B', 5, 7, true),
      OrderedLine.of('A', 3, 90, true),
    );

    const accepted = order.returnItems(returnId, [{ itemId: 'A', quantity: 4 }]);

    expect(accepted.lines).toEqual([OrderedLine.of('A', 2, 100, true), OrderedLine.of('A', 2, 90, true)]);
    expect(accepted.refund).toEqual({ amount: 380, currency: 'GBP' });
    expect(order.lines.map(({ returned }) => returned)).toEqual([2, 0, 2]);
    expect(order.version).toBe(3);
    expect(messagesOf(order)).toEqual([accepted]);
    expect(accepted).toBeInstanceOf(ReturnAccepted);
  });

  it('goes on where the last return ended', () => {
    const order = completed(OrderedLine.of('A', 2, 100, true), OrderedLine.of('A', 3, 90, true));
    order.returnItems(returnId, [{ itemId: 'A', quantity: 1 }]);

    expect(order.returnItems(returnId, [{ itemId: 'A', quantity: 2 }]).refund.amount).toBe(190);
    expect(order.returnItems(returnId, [{ itemId: 'A', quantity: 2 }]).refund.amount).toBe(180);
    expect(refusalOf(() => order.returnItems(returnId, [{ itemId: 'A', quantity: 1 }])).reasons[0].code).toBe(
      'orders.return.more-than-bought',
    );
  });

  it('counts two lines of one return together', () => {
    const order = completed(OrderedLine.of('A', 3, 100, true));
    const both = [
      { itemId: 'A', quantity: 2 },
      { itemId: 'A', quantity: 2 },
    ];

    expect(refusalOf(() => order.returnItems(returnId, both)).reasons).toMatchObject([
      { pointer: '/lines/1/quantity', code: 'orders.return.more-than-bought' },
    ]);
    expect(order.returnItems(returnId, [both[0], { itemId: 'A', quantity: 1 }]).lines).toEqual([
      OrderedLine.of('A', 3, 100, true),
    ]);
  });

  it('takes services back too', () => {
    const order = completed(OrderedLine.of('POST', 1, 1800, false));
    expect(order.returnItems(returnId, [{ itemId: 'POST', quantity: 1 }]).lines).toEqual([
      OrderedLine.of('POST', 1, 1800, false),
    ]);
  });

  it('is refused as a whole, with one reason for each bad line', () => {
    const order = completed(OrderedLine.of('A', 3, 100, true));

    const refusal = refusalOf(() =>
      order.returnItems(returnId, [
        { itemId: 'A', quantity: 1 },
        { itemId: 'A', quantity: 0 },
        { itemId: 'B', quantity: 1 },
        { itemId: 'A', quantity: 3 },
      ]),
    );

    expect(refusal).toMatchObject({ kind: 'invalid', code: 'orders.return.refused' });
    expect(refusal.reasons.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/lines/1/quantity', 'orders.return.quantity-not-positive'],
      ['/lines/2/itemId', 'orders.return.item-not-in-order'],
      ['/lines/3/quantity', 'orders.return.more-than-bought'],
    ]);
    expect(order.lines[0].returned).toBe(0);
    expect(messagesOf(order)).toEqual([]);
  });

  it('needs lines, and not too many', () => {
    const order = completed();
    expect(refusalOf(() => order.returnItems(returnId, [])).code).toBe('orders.return.no-lines');
    expect(
      refusalOf(() => order.returnItems(returnId, Array(1001).fill({ itemId: 'A', quantity: 1 }))).code,
    ).toBe('orders.return.too-many-lines');
  });

  it('needs a completed order', () => {
    expect(
      refusalOf(() => placed().returnItems(returnId, [{ itemId: '85123A', quantity: 1 }])),
    ).toMatchObject({
      kind: 'conflict',
      code: 'orders.return.order-not-completed',
    });
  });
});
