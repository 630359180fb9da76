import type { Aggregate } from '../domain/aggregate';
import { AggregateTable } from './aggregate-table';
import { LockedAggregates } from './locked-aggregates';
import { UnitOfWork } from './unit-of-work';

/**
 * Loads and saves one kind of aggregate in the running unit of work. Saving publishes what the aggregate
 * recorded; the row lock taken by `lock` is what keeps the messages of a key in order.
 *
 * Within a unit of work an aggregate is one object: locking it again answers the same one, as it is by then,
 * and what was added or saved is written together at the end (`UnitOfWork.flush` writes it earlier).
 */
export abstract class AggregateRepository<T extends Aggregate> {
  protected constructor(
    protected readonly work: UnitOfWork,
    private readonly type: new () => T,
    private readonly key: string & keyof T,
  ) {}

  /** Reads without locking: for queries. */
  async find(id: string): Promise<T | null> {
    return this.locked.get(this.key, id) ?? (await this.table.find(this.work.manager, this.key, id));
  }

  /** Reads and locks the row until the unit of work ends: for commands. */
  lock(id: string): Promise<T | null> {
    return this.lockBy(this.key, id);
  }

  /**
   * Locks many in one statement, in the order of their keys, so that `lock` finds them at hand: for
   * `prefetch`. Remembers also which of them are not there, and answers those that are.
   */
  lockAll(ids: readonly string[]): Promise<T[]> {
    return this.lockAllBy(this.key, ids);
  }

  /**
   * Inserts a new aggregate and publishes what it recorded. That its key is taken shows when the unit of work
   * ends.
   */
  async add(aggregate: T): Promise<void> {
    this.put(aggregate);
  }

  /**
   * As `add`, but at once, and unless its row is there already: then nothing happens, nothing is published,
   * and the answer is false.
   */
  async addUnlessThere(aggregate: T): Promise<boolean> {
    const added = await this.table.insertUnlessThere(this.work.manager, aggregate);
    if (added) {
      this.locked.add(aggregate);
      this.work.publish(aggregate);
    } else this.locked.forgetAbsence();
    return added;
  }

  /**
   * As `add`, but at once, and unless another row has its value of a property that is unique: then nothing
   * happens, nothing is published, and the answer is that row's aggregate. Waits for transactions that are
   * adding the same value, as the database does.
   */
  protected async addUnlessTaken(aggregate: T, property: string & keyof T): Promise<T | null> {
    if (await this.addUnlessThere(aggregate)) return null;
    const other = await this.table.find(this.work.manager, property, aggregate[property]);
    if (!other) throw new Error(`A row with the ${this.key} of a new aggregate is there already.`);
    return other;
  }

  /** Inserts a new aggregate or writes what changed of a locked one, and publishes what it recorded. */
  async save(aggregate: T): Promise<void> {
    this.put(aggregate);
  }

  /** The aggregate as this unit of work has locked or added it, if it has. */
  protected atHand(id: string): T | undefined {
    return this.locked.get(this.key, id) ?? undefined;
  }

  /** As `lock`, by another property that is unique. */
  protected async lockBy(property: string & keyof T, value: unknown): Promise<T | null> {
    const known = this.locked.get(property, value);
    if (known !== undefined) return known;
    const [found] = await this.table.lock(this.work.manager, property, [value]);
    return found ? this.locked.keep(found) : null;
  }

  /** As `lockAll`, by another property that is unique. */
  protected async lockAllBy(property: string & keyof T, values: readonly unknown[]): Promise<T[]> {
    const { locked } = this;
    const wanted = [...new Set(values)];
    const asked = wanted.filter((value) => locked.get(property, value) === undefined);
    if (asked.length > 0) {
      for (const found of await this.table.lock(this.work.manager, property, asked)) locked.keep(found);
      for (const value of asked) locked.noteAbsence(property, value);
    }
    return wanted.flatMap((value) => locked.get(property, value) ?? []);
  }

  private put(aggregate: T): void {
    this.locked.add(aggregate);
    this.work.defer(this.table, aggregate);
    this.work.publish(aggregate);
  }

  private get table(): AggregateTable<T> {
    return AggregateTable.of(this.work.manager, this.type);
  }

  private get locked(): LockedAggregates<T> {
    return this.work.memoryOf(this, () => new LockedAggregates(this.key));
  }
}
