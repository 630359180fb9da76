import { IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { Currency } from './currency';

/**
 * An amount in integer minor units (pence, cents) with its ISO 4217 currency. Data only, since an amount that
 * comes out of a log or from another process is no instance: what reckons with amounts is static.
 *
 * As part of published contracts its rules stay as they are: that ISO knows the currency is checked where one
 * comes in.
 */
export class Money {
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly amount!: number;

  @IsString()
  @Matches(/^[A-Z]{3}$/, { message: 'currency must be an ISO 4217 code such as GBP' })
  readonly currency!: string;

  static of(amount: number, currency: string): Money {
    return Object.assign(new Money(), { amount, currency });
  }

  /**
   * Throws a RangeError for two currencies, and for a sum that would not be exact: ask the rule first that a
   * request can break.
   */
  static add(one: Money, other: Money): Money {
    return Money.of(Money.exactly(BigInt(one.amount) + BigInt(amountIn(one.currency, other))), one.currency);
  }

  /** Throws a RangeError for two currencies, and for less than nothing. */
  static subtract(from: Money, what: Money): Money {
    return Money.of(
      Money.exactly(BigInt(from.amount) - BigInt(amountIn(from.currency, what))),
      from.currency,
    );
  }

  /** Throws a RangeError for a product that would not be exact. */
  static multiply({ amount, currency }: Money, times: number): Money {
    return Money.of(Money.exactly(BigInt(amount) * BigInt(times)), currency);
  }

  /** For people: `12.34 EUR`, `1234 JPY`. */
  static format({ amount, currency }: Money): string {
    const decimals = Currency.decimals(currency) ?? 0;
    const digits = String(amount).padStart(decimals + 1, '0');
    return `${decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`} ${currency}`;
  }

  /**
   * True for minor units that a number holds exactly and that an amount may be: from 0 to
   * `Number.MAX_SAFE_INTEGER`.
   */
  static isExact(minorUnits: bigint): boolean {
    return minorUnits >= 0n && minorUnits <= Number.MAX_SAFE_INTEGER;
  }

  /** The same minor units as a number. Throws a RangeError unless `isExact`. */
  static exactly(minorUnits: bigint): number {
    if (!Money.isExact(minorUnits))
      throw new RangeError(`${minorUnits} minor units are outside of what an amount can be exactly.`);
    return Number(minorUnits);
  }
}

function amountIn(currency: string, money: Money): number {
  if (money.currency !== currency)
    throw new RangeError(`An amount in ${money.currency} cannot be reckoned up with one in ${currency}.`);
  return money.amount;
}
