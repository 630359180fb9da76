import { ReturnableOrders } from './returnable-orders';

const line = (itemId: string, quantity: number, unitPrice: number) => ({ itemId, quantity, unitPrice });

describe('returnable orders', () => {
  it("takes units from the lines in order, each at its line's price", () => {
    const orders = new ReturnableOrders<string>();
    orders.add('one', [line('MUG', 4, 200), line('JUG', 9, 1), line('MUG', 3, 150)]);
    expect(orders.take('MUG', 6)).toEqual({ order: 'one', value: 4 * 200 + 2 * 150 });
    expect(orders.take('MUG', 1)).toEqual({ order: 'one', value: 150 });
    expect(orders.take('MUG', 1)).toBeUndefined();
  });

  it('prefers the latest order that has enough, and never takes from two', () => {
    const orders = new ReturnableOrders<string>();
    orders.add('early', [line('MUG', 5, 100)]);
    orders.add('late', [line('MUG', 4, 200)]);
    expect(orders.take('MUG', 5)?.order).toBe('early');
    expect(orders.take('MUG', 3)?.order).toBe('late');
    expect(orders.take('MUG', 2)).toBeUndefined();
    expect(orders.take('MUG', 1)?.order).toBe('late');
  });

  it('leaves the lines it was given as they are', () => {
    const orders = new ReturnableOrders<string>();
    const lines = [line('MUG', 4, 200)];
    orders.add('one', lines);
    orders.take('MUG', 4);
    expect(lines).toEqual([line('MUG', 4, 200)]);
  });

  it('takes nothing for a return of nothing', () => {
    const orders = new ReturnableOrders<string>();
    orders.add('one', [line('MUG', 4, 200)]);
    expect(orders.take('MUG', 0)).toBeUndefined();
  });
});
