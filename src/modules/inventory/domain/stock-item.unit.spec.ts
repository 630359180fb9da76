import { StockAdjusted } from '../contracts/stock-adjusted.event';
import { StockReceived } from '../contracts/stock-received.event';
import { StockItem } from './stock-item';

const stock = (onHand: number, reserved: number): StockItem =>
  Object.assign(new StockItem(), { itemId: 'A', onHand, received: onHand, reserved });
const messagesOf = (item: StockItem): object[] => item.takeRecorded().map(({ message }) => message);

describe('stock', () => {
  it('grows by what is received', () => {
    const item = stock(5, 5);
    item.receive(3);
    expect(item).toMatchObject({ onHand: 8, reserved: 5, received: 8, adjusted: 0, version: 1 });
    expect(messagesOf(item)).toEqual([new StockReceived({ itemId: 'A', quantity: 3 })]);
  });

  it.each([
    [3, 8],
    [-2, 3],
    [0, 5],
  ])('is adjusted by %i', (quantity, onHand) => {
    const item = stock(5, 3);
    item.adjust(quantity, 'counted');
    expect(item).toMatchObject({ onHand, reserved: 3, received: 5, adjusted: quantity });
    expect(messagesOf(item)).toEqual([new StockAdjusted({ itemId: 'A', quantity, reason: 'counted' })]);
  });

  it('is not adjusted below what is set aside for orders', () => {
    const item = stock(5, 3);
    expect(() => item.adjust(-3, 'broken')).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        code: 'inventory.adjustment-below-reserved',
        message: expect.stringContaining('5 on hand, 3 set aside'),
      }),
    );
    expect(item).toMatchObject({ onHand: 5, adjusted: 0, version: 0 });
    expect(messagesOf(item)).toEqual([]);
  });

  it('never goes below nothing', () => {
    expect(() => stock(0, 0).adjust(-1, 'broken')).toThrow(
      expect.objectContaining({ code: 'inventory.adjustment-below-reserved' }),
    );
  });
});
