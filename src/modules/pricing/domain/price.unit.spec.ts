import { Money } from '../../../platform/domain/money';
import { PriceChanged } from '../contracts/price-changed.event';
import { Price } from './price';

const itemId = '85123A';
const pounds = (amount: number): Money => Money.of(amount, 'GBP');

/** A price whose history is in the log already. */
const given = (...amounts: number[]): Price => {
  const price = Price.notYetSetFor(itemId);
  for (const amount of amounts) price.set(pounds(amount));
  price.takeRecorded();
  return price;
};
const messagesOf = (price: Price): object[] => price.takeRecorded().map((recorded) => recorded.message);

describe('a price', () => {
  it('is set for the first time', () => {
    const price = given();
    price.set(pounds(255));
    expect(price.takeRecorded()).toEqual([
      { message: new PriceChanged({ itemId, unitPrice: pounds(255) }), aggregateType: 'price', aggregateId: itemId, keyVersion: 1 },
    ]);
  });

  it('changes', () => {
    const price = given(255);
    price.set(pounds(295), 1);
    expect(price).toMatchObject({ amount: 295, currency: 'GBP', version: 2 });
    expect(messagesOf(price)).toEqual([new PriceChanged({ itemId, unitPrice: pounds(295) })]);
  });

  it('changes its currency', () => {
    const price = given(255);
    price.set(Money.of(255, 'EUR'));
    expect(messagesOf(price)).toEqual([new PriceChanged({ itemId, unitPrice: Money.of(255, 'EUR') })]);
  });

  it('says nothing when it stays the same', () => {
    const price = given(255);
    price.set(pounds(255));
    expect(price.version).toBe(1);
    expect(messagesOf(price)).toEqual([]);
  });

  it.each([0, -1, 0.5, Number.MAX_SAFE_INTEGER + 1])('cannot be %d', (amount) => {
    const price = given();
    expect(() => price.set(pounds(amount))).toThrow(expect.objectContaining({ kind: 'invalid', code: 'pricing.price-not-positive' }));
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
