import type { FindOptionsWhere } from 'typeorm';
import type { Aggregate } from '../domain/aggregate';
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
    return this.work.manager.findOneBy(this.type, this.where(id));
  }

  /** Reads and locks the row until the unit of work ends: for commands. */
  lock(id: string): Promise<T | null> {
    return this.work.manager.findOne(this.type, { where: this.where(id), lock: { mode: 'pessimistic_write' } });
  }

  /** Inserts a new aggregate and publishes what it recorded. */
  async add(aggregate: T): Promise<void> {
    await this.work.manager.insert(this.type, aggregate as never);
    this.work.publish(aggregate);
  }

  /** Writes a locked aggregate back and publishes what it recorded. */
  async save(aggregate: T): Promise<void> {
    await this.work.manager.update(this.type, this.where(aggregate[this.key] as string), aggregate as never);
    this.work.publish(aggregate);
  }

  private where(id: string): FindOptionsWhere<T> {
    return { [this.key]: id } as FindOptionsWhere<T>;
  }
}
