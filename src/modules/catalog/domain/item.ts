import { Aggregate, Refusal } from '../../../platform/domain';
import { ItemAdded } from '../contracts/item-added.event';
import { ItemChanged } from '../contracts/item-changed.event';
import { ItemWithdrawn } from '../contracts/item-withdrawn.event';

/** Something that can be ordered: goods that are kept in stock, or a service. */
export class Item extends Aggregate {
  itemId!: string;
  name!: string;
  /** Fixed when the item is added: stock and shipments of the past depend on it. */
  stockTracked!: boolean;
  withdrawn = false;

  static add(details: { itemId: string; name: string; stockTracked: boolean }): Item {
    const item = new Item();
    item.itemId = details.itemId;
    item.name = details.name;
    item.stockTracked = details.stockTracked;
    item.record(new ItemAdded({ itemId: item.itemId, name: item.name, stockTracked: item.stockTracked }));
    return item;
  }

  /** Gives the item another name; the name it already has changes nothing. */
  rename(name: string, expectedVersion?: number): void {
    this.mustBeAtTheExpectedVersion(expectedVersion);
    this.mustBeOnSale();
    if (name === this.name) return;
    this.name = name;
    this.record(new ItemChanged({ itemId: this.itemId, name, stockTracked: this.stockTracked }));
  }

  /** Takes the item out of sale for good; doing it again changes nothing. */
  withdraw(expectedVersion?: number): void {
    this.mustBeAtTheExpectedVersion(expectedVersion);
    if (this.withdrawn) return;
    this.withdrawn = true;
    this.record(new ItemWithdrawn({ itemId: this.itemId }));
  }

  private mustBeOnSale(): void {
    if (this.withdrawn)
      throw new Refusal(
        'conflict',
        'catalog.item-withdrawn',
        `The item ${this.itemId} was withdrawn and cannot be changed any more.`,
      );
  }

  private mustBeAtTheExpectedVersion(expected: number | undefined): void {
    if (expected === undefined || expected === this.version) return;
    throw new Refusal(
      'precondition-failed',
      'catalog.version-mismatch',
      `The item ${this.itemId} is at version ${this.version}, not ${expected}.`,
    );
  }

  protected get aggregateId(): string {
    return this.itemId;
  }

  protected get aggregateType(): string {
    return 'item';
  }
}
