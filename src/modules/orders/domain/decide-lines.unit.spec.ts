import { OrderedLine } from '../contracts/ordered-line';
import { AgreedPrice, RequestedLine } from '../contracts/place-order.command';
import { decideLines, type Offer } from './decide-lines';

const offers = new Map<string, Offer>([
  ['GOODS', { stockTracked: true, withdrawn: false, listPrice: 300 }],
  ['POST', { stockTracked: false, withdrawn: false, listPrice: 1800 }],
  ['UNPRICED', { stockTracked: true, withdrawn: false }],
  ['OLD', { stockTracked: true, withdrawn: true, listPrice: 5 }],
]);
const pence = (amount: number, currency = 'GBP'): AgreedPrice => AgreedPrice.of(amount, currency);
const decide = (lines: RequestedLine[], trustAgreedPrices = false) =>
  decideLines(lines, offers, { currency: 'GBP', trustAgreedPrices });

describe('the lines of a new order', () => {
  it('cost what the price list says', () => {
    const { lines, reasons } = decide([RequestedLine.of('GOODS', 2), RequestedLine.of('POST', 1)]);
    expect(lines).toEqual([OrderedLine.of('GOODS', 2, 300, true), OrderedLine.of('POST', 1, 1800, false)]);
    expect(reasons).toEqual([]);
  });

  it('cost what was agreed only where the callers are trusted', () => {
    const line = RequestedLine.of('GOODS', 2, pence(255));
    expect(decide([line], true).lines).toEqual([OrderedLine.of('GOODS', 2, 255, true)]);
    expect(decide([line], false).lines).toEqual([OrderedLine.of('GOODS', 2, 300, true)]);
  });

  it('need no list price where an agreed one counts', () => {
    expect(decide([RequestedLine.of('UNPRICED', 1, pence(5))], true).lines).toEqual([
      OrderedLine.of('UNPRICED', 1, 5, true),
    ]);
  });

  it.each([
    ['a quantity of 0', RequestedLine.of('GOODS', 0), '/quantity', 'quantity-not-positive'],
    ['a negative quantity', RequestedLine.of('GOODS', -1), '/quantity', 'quantity-not-positive'],
    ['an absurd quantity', RequestedLine.of('GOODS', 1_000_000_001), '/quantity', 'quantity-too-large'],
    ['an unknown item', RequestedLine.of('NOPE', 1), '/itemId', 'item-unknown'],
    ['a withdrawn item', RequestedLine.of('OLD', 1), '/itemId', 'item-unknown'],
    ['an item without a price', RequestedLine.of('UNPRICED', 1), '/itemId', 'price-missing'],
    [
      'an agreed price of 0',
      RequestedLine.of('GOODS', 1, pence(0)),
      '/agreedUnitPrice',
      'price-not-positive',
    ],
    [
      'a negative agreed price',
      RequestedLine.of('GOODS', 1, pence(-1)),
      '/agreedUnitPrice',
      'price-not-positive',
    ],
    [
      'an agreed price that is not exact',
      RequestedLine.of('GOODS', 1, pence(2 ** 53)),
      '/agreedUnitPrice',
      'price-too-large',
    ],
    [
      'an agreed price in another currency',
      RequestedLine.of('GOODS', 1, pence(1, 'EUR')),
      '/agreedUnitPrice',
      'price-currency-differs',
    ],
    ['everything wrong at once', RequestedLine.of('NOPE', 0, pence(0)), '/quantity', 'quantity-not-positive'],
  ])('are refused for %s, with one reason', (_what, line, field, code) => {
    for (const trusted of [true, false]) {
      const { lines, reasons } = decide([RequestedLine.of('GOODS', 1), line], trusted);
      expect(reasons.map(({ pointer, code: found }) => [pointer, found])).toEqual([
        [`/lines/1${field}`, `orders.line.${code}`],
      ]);
      expect(lines).toHaveLength(1);
    }
  });

  it('name the item and the currency that it has no price in', () => {
    const { reasons } = decideLines([RequestedLine.of('UNPRICED', 1)], offers, {
      currency: 'EUR',
      trustAgreedPrices: false,
    });
    expect(reasons).toMatchObject([
      { code: 'orders.line.price-missing', message: 'UNPRICED has no price in EUR.' },
    ]);
  });

  it('do not count an agreed price that is not trusted as a price', () => {
    expect(decide([RequestedLine.of('UNPRICED', 1, pence(5))]).reasons).toMatchObject([
      { code: 'orders.line.price-missing' },
    ]);
  });
});
