import { nearNames } from './near-names';

describe('names near to one that does not exist', () => {
  const names = [
    'orders.order-placed',
    'orders.order-rejected',
    'orders.place-order',
    'shipping',
    'payments.void-payment',
  ];

  it.each([
    ['orders.order-place', 'orders.order-placed'],
    ['order-placed', 'orders.order-placed'],
    ['Orders.Order-Placed', 'orders.order-placed'],
    ['order-place', 'orders.place-order'],
    ['shiping', 'shipping'],
    ['payment.voidpayment', 'payments.void-payment'],
  ])('has for %s also %s', (wanted, name) => {
    expect(nearNames(wanted, names)).toContain(name);
  });

  it('has none for what is far from all', () => {
    expect(nearNames('billing', names)).toEqual([]);
    expect(nearNames('x', names)).toEqual([]);
  });
});
