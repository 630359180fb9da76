import { Currency } from './currency';
import { Money } from './money';

const MOST = Number.MAX_SAFE_INTEGER;
const pounds = (amount: number): Money => Money.of(amount, 'GBP');
const euros = (amount: number): Money => Money.of(amount, 'EUR');

describe('money', () => {
  it('is added, subtracted and multiplied', () => {
    expect(Money.add(pounds(1), pounds(2))).toEqual(pounds(3));
    expect(Money.subtract(pounds(3), pounds(3))).toEqual(pounds(0));
    expect(Money.multiply(pounds(255), 1_000)).toEqual(pounds(255_000));
    expect(Money.add(pounds(MOST - 1), pounds(1))).toEqual(pounds(MOST));
  });

  it('is never of two currencies', () => {
    expect(() => Money.add(pounds(1), euros(1))).toThrow(RangeError);
    expect(() => Money.subtract(pounds(1), euros(1))).toThrow('EUR cannot be reckoned up with one in GBP');
  });

  it('is exact or an error', () => {
    expect(() => Money.add(pounds(MOST), pounds(1))).toThrow(RangeError);
    expect(() => Money.subtract(pounds(1), pounds(2))).toThrow(RangeError);
    expect(() => Money.multiply(pounds(MOST), 2)).toThrow(RangeError);
    expect(() => Money.multiply(pounds(0.5), 2)).toThrow(RangeError);
    expect([0n, BigInt(MOST), -1n, BigInt(MOST) + 1n].map(Money.isExact)).toEqual([true, true, false, false]);
    expect(Money.exactly(BigInt(MOST))).toBe(MOST);
  });

  it.each([
    [pounds(1234), '12.34 GBP'],
    [pounds(5), '0.05 GBP'],
    [Money.of(1234, 'JPY'), '1234 JPY'],
    [Money.of(1, 'KWD'), '0.001 KWD'],
    [Money.of(12_345, 'CLF'), '1.2345 CLF'],
  ])('in words', (money, words) => expect(Money.format(money)).toBe(words));
});

describe('currencies', () => {
  it('have the minor units that ISO 4217 gives them', () => {
    expect(['GBP', 'EUR', 'JPY', 'KWD', 'CLF', 'ISK', 'HUF'].map(Currency.decimals)).toEqual([
      2, 2, 0, 3, 4, 0, 2,
    ]);
    expect(Currency.codes.filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
    expect(new Set(Currency.codes).size).toBe(Currency.codes.length);
  });

  it.each(['XXZ', 'XXX', 'XTS', 'XAU', 'XDR', 'DEM', 'HRK', 'BGN', 'gbp', ' GBP', '', undefined, 826])(
    'are not %j',
    (code) => {
      expect(Currency.isCode(code)).toBe(false);
    },
  );
});
