import { Aggregate } from '../../../platform/domain/aggregate';
import { Money } from '../../../platform/domain/money';
import { Refusal } from '../../../platform/domain/refusal';
import { PriceChanged } from '../contracts/price-changed.event';

/** The list price of one item, in one currency. Orders keep the price they were placed at, so it only counts for the future. */
export class Price extends Aggregate {
  itemId!: string;
  /** Minor units; 0 until the price is set for the first time. */
  amount = 0;
  currency!: string;

  /** The price of an item that has none yet: version 0, and not worth storing before it is set. */
  static notYetSetFor(itemId: string): Price {
    const price = new Price();
    price.itemId = itemId;
    return price;
  }

  get unitPrice(): Money {
    return Money.of(this.amount, this.currency);
  }

  /** Sets the price; the price it already has changes nothing. */
  set(unitPrice: Money, expectedVersion?: number): void {
    this.mustBeAtTheExpectedVersion(expectedVersion);
    this.mustBePositive(unitPrice);
    if (unitPrice.amount === this.amount && unitPrice.currency === this.currency) return;
    this.amount = unitPrice.amount;
    this.currency = unitPrice.currency;
    this.record(new PriceChanged({ itemId: this.itemId, unitPrice: this.unitPrice }));
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
