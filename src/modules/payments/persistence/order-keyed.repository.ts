import { AggregateRepository } from '../../../platform/database/aggregate-repository';
import type { UnitOfWork } from '../../../platform/database/unit-of-work';
import type { Aggregate } from '../../../platform/domain/aggregate';

/** A repository of aggregates that are kept per order and that any first command may bring into being, also one that undoes. */
export abstract class OrderKeyedRepository<T extends Aggregate> extends AggregateRepository<T> {
  /** Handed out but not stored yet. */
  private readonly fresh = new WeakSet<T>();

  protected constructor(
    work: UnitOfWork,
    type: new () => T,
    private readonly create: (orderId: string) => T,
  ) {
    super(work, type, 'orderId' as string & keyof T);
  }

  /** The locked aggregate of the order, or a new one. Two that bring the same one into being collide on its key, and one is tried again. */
  async lockOrCreate(orderId: string): Promise<T> {
    const stored = await this.lock(orderId);
    if (stored) return stored;
    const created = this.create(orderId);
    this.fresh.add(created);
    return created;
  }

  /** Inserts or updates, as the aggregate was found. */
  override save(aggregate: T): Promise<void> {
    return this.fresh.delete(aggregate) ? this.add(aggregate) : super.save(aggregate);
  }
}
