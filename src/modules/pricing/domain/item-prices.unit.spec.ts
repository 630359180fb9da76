import { Money } from '../../../platform/domain/money';
import { PriceChanged } from '../contracts/price-changed.event';
import { ItemPrices } from './item-prices';

const itemId = '85123A';
const pounds = (amount: number): Money => Money.of(amount, 'GBP');
const euros = (amount: number): Money => Money.of(amount, 'EUR');

/** A price whose history is in the log already. */
const given = (...amounts: number[]): ItemPrices => {
  const price = ItemPrices.notYetSetFor(itemId);
  for (const amount of amounts) price.set(pounds(amount));
  price.takeRecorded();
  return price;
};
const messagesOf = (price: ItemPrices): object[] => price.takeRecorded().map((recorded) => recorded.message);

describe('a price', () => {
  it('is set for the first time', () => {
    const price = given();
    price.set(pounds(255));
    expect(price.takeRecorded()).toEqual([
      {
        message: new PriceChanged({ itemId, unitPrice: pounds(255), prices: [pounds(255)] }),
        aggregateType: 'price',
        aggregateId: itemId,
        keyVersion: 1,
      },
    ]);
  });

  it('changes', () => {
    const price = given(255);
    price.set(pounds(295), 1);
    expect(price).toMatchObject({ amounts: { GBP: 295 }, version: 2 });
    expect(messagesOf(price)).toEqual([
      new PriceChanged({ itemId, unitPrice: pounds(295), prices: [pounds(295)] }),
    ]);
  });

  it('in another currency is one more, and each is told with all the others', () => {
    const price = given(255);
    price.set(euros(300));
    price.set(pounds(200));
    price.set(euros(300));
    expect(price.version).toBe(3);
    expect(messagesOf(price)).toEqual([
      new PriceChanged({ itemId, unitPrice: euros(300), prices: [euros(300), pounds(255)] }),
      new PriceChanged({ itemId, unitPrice: pounds(200), prices: [euros(300), pounds(200)] }),
    ]);
  });

  it('is found in the currency asked for, and in pounds or else the first currency where none is named', () => {
    const price = given(255);
    expect([price.in(undefined), price.in('GBP'), price.in('EUR')]).toEqual([
      pounds(255),
      pounds(255),
      undefined,
    ]);
    price.set(euros(300));
    expect([price.in(undefined), price.in('EUR')]).toEqual([pounds(255), euros(300)]);
    const foreign = given();
    foreign.set(Money.of(500, 'JPY'));
    foreign.set(euros(300));
    expect(foreign.in(undefined)).toEqual(euros(300));
    expect(given().in(undefined)).toBeUndefined();
  });

  it.each(['XXZ', 'XXX', 'gbp', 'DEM', 'BGN'])('cannot be in %s', (currency) => {
    const price = given();
    expect(() => price.set(Money.of(255, currency))).toThrow(
      expect.objectContaining({ kind: 'invalid', code: 'pricing.currency-unknown' }),
    );
    expect(messagesOf(price)).toEqual([]);
  });

  it('says nothing when it stays the same', () => {
    const price = given(255);
    price.set(pounds(255));
    expect(price.version).toBe(1);
    expect(messagesOf(price)).toEqual([]);
  });

  it.each([0, -1, 0.5, Number.MAX_SAFE_INTEGER + 1])('cannot be %d', (amount) => {
    const price = given();
    expect(() => price.set(pounds(amount))).toThrow(
      expect.objectContaining({ kind: 'invalid', code: 'pricing.price-not-positive' }),
    );
    expect(messagesOf(price)).toEqual([]);
  });

  it.each([
    ['has changed meanwhile', [255, 295], 1],
    ['is not set yet', [], 1],
  ])('is not set if it %s', (_, amounts, expectedVersion) => {
    const price = given(...amounts);
    expect(() => price.set(pounds(300), expectedVersion)).toThrow(
      expect.objectContaining({ kind: 'precondition-failed', code: 'pricing.version-mismatch' }),
    );
    expect(messagesOf(price)).toEqual([]);
  });
});
