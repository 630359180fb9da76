import type { Aggregate } from '../domain/aggregate';
import { AggregateTable } from './aggregate-table';
import { UnitOfWork } from './unit-of-work';

/**
 * Loads and saves one kind of aggregate in the running unit of work.
 * Saving publishes what the aggregate recorded; the row lock taken by `lock` is what keeps the messages of a key in order.
 */
export abstract class AggregateRepository<T extends Aggregate> {
  protected constructor(
    protected readonly work: UnitOfWork,
    private readonly type: new () => T,
    private readonly key: string & keyof T,
  ) {}

  /** Reads without locking: for queries. */
  find(id: string): Promise<T | null> {
    return this.table.find(this.work.manager, this.key, id, false);
  }

  /** Reads and locks the row until the unit of work ends: for commands. */
  lock(id: string): Promise<T | null> {
    return this.lockBy(this.key, id);
  }

  /** Inserts a new aggregate and publishes what it recorded. */
  async add(aggregate: T): Promise<void> {
    await this.table.insert(this.work.manager, aggregate, false);
    this.work.publish(aggregate);
  }

  /** As `add`, unless its row is there already: then nothing happens, nothing is published, and the answer is false. */
  async addUnlessThere(aggregate: T): Promise<boolean> {
    const added = await this.table.insert(this.work.manager, aggregate, true);
    if (added) this.work.publish(aggregate);
    return added;
  }

  /** Inserts a new aggregate or writes what changed of a locked one, and publishes what it recorded. */
  async save(aggregate: T): Promise<void> {
    if (!this.table.isStored(aggregate)) return this.add(aggregate);
    await this.table.update(this.work.manager, aggregate);
    this.work.publish(aggregate);
  }

  /** As `lock`, by another property that is unique. */
  protected lockBy(property: string & keyof T, value: unknown): Promise<T | null> {
    return this.table.find(this.work.manager, property, value, true);
  }

  private get table(): AggregateTable<T> {
    return AggregateTable.of(this.work.manager, this.type);
  }
}
