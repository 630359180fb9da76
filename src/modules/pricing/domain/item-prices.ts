import { Aggregate, Currency, Money, Refusal } from '../../../platform/domain';
import { PriceChanged } from '../contracts/price-changed.event';

/**
 * The list prices of one item, one in each currency that it is sold in. Orders keep the price they were
 * placed at, so these only count for the future.
 */
export class ItemPrices extends Aggregate {
  itemId!: string;
  /** Minor units, by currency. Replaced with each change. */
  amounts: Readonly<Record<string, number>> = {};

  /** The prices of an item that has none yet: version 0, and not worth storing before one is set. */
  static notYetSetFor(itemId: string): ItemPrices {
    const prices = new ItemPrices();
    prices.itemId = itemId;
    return prices;
  }

  /** All of them, in the order of their currencies' codes. */
  get all(): Money[] {
    return Object.entries(this.amounts)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([currency, amount]) => Money.of(amount, currency));
  }

  /**
   * The price in a currency; where none is named, the one in the default currency or else the first.
   * Undefined when there is none.
   */
  in(currency: string | undefined): Money | undefined {
    const { all } = this;
    const wanted = all.find((price) => price.currency === (currency ?? Currency.default));
    return wanted ?? (currency === undefined ? all[0] : undefined);
  }

  /** Sets the price in its currency and leaves the others alone; the price it already has changes nothing. */
  set(unitPrice: Money, expectedVersion?: number): void {
    this.mustBeAtTheExpectedVersion(expectedVersion);
    this.mustBePositive(unitPrice);
    mustBeInACurrency(unitPrice);
    if (unitPrice.amount === this.amounts[unitPrice.currency]) return;
    this.amounts = { ...this.amounts, [unitPrice.currency]: unitPrice.amount };
    this.record(
      new PriceChanged({
        itemId: this.itemId,
        unitPrice: Money.of(unitPrice.amount, unitPrice.currency),
        prices: this.all,
      }),
    );
  }

  private mustBePositive(unitPrice: Money): void {
    if (Number.isSafeInteger(unitPrice.amount) && unitPrice.amount >= 1) return;
    throw new Refusal(
      'invalid',
      'pricing.price-not-positive',
      'A list price is at least 1 minor unit. An item that is not for sale has no price.',
      [{ pointer: '/unitPrice/amount', code: 'pricing.price-not-positive', message: 'must be at least 1' }],
    );
  }

  private mustBeAtTheExpectedVersion(expected: number | undefined): void {
    if (expected === undefined || expected === this.version) return;
    const actual = this.version === 0 ? 'has not been set yet' : `is at version ${this.version}`;
    throw new Refusal(
      'precondition-failed',
      'pricing.version-mismatch',
      `The price of ${this.itemId} ${actual}, and version ${expected} was expected.`,
    );
  }

  protected get aggregateId(): string {
    return this.itemId;
  }

  protected get aggregateType(): string {
    return 'price';
  }
}

function mustBeInACurrency({ currency }: Money): void {
  if (Currency.isCode(currency)) return;
  throw new Refusal(
    'invalid',
    'pricing.currency-unknown',
    `${currency} is no current currency of ISO 4217.`,
    [
      {
        pointer: '/unitPrice/currency',
        code: 'pricing.currency-unknown',
        message: 'must be a current code of ISO 4217, such as GBP',
      },
    ],
  );
}
