import { differencesBetween } from './differences';
import type { Report } from './report';

const found: Report = {
  orders: {
    submitted: 4,
    refused: { price: 1 },
    rejected: { credit: 1 },
    cancelled: { payment: 1 },
    completed: 1,
  },
  returns: { accepted: 1, unmatched: 0 },
  adjustments: 2,
  money: { captured: 500, refunded: 100 },
  stock: { received: 9, adjusted: -2, dispatched: 1, returned: 1, onHand: 7, reserved: 0 },
  credit: { held: 0 },
  shipments: 1,
  messages: { published: 99, parked: 0 },
  seconds: 3,
  ordersPerSecond: 1,
};

describe('comparing reports', () => {
  it('finds nothing where all figures are as expected, whatever was published and however long it took', () => {
    const { messages: _, seconds: __, ordersPerSecond: ___, ...rest } = found;
    expect(differencesBetween({ ...rest, messages: { parked: 0 } }, found)).toEqual([]);
  });

  it('names each figure that differs', () => {
    const expected = {
      ...found,
      orders: { ...found.orders, refused: { price: 2 } },
      messages: { parked: 0 },
    };
    expect(differencesBetween(expected, { ...found, messages: { published: 99, parked: 5 } })).toEqual(
      expect.arrayContaining([
        { field: 'orders.refused.price', expected: 2, found: 1 },
        { field: 'messages.parked', expected: 0, found: 5 },
      ]),
    );
  });
});
