import type { Aggregate } from '../../../platform/domain';
import { AggregateRepository, type UnitOfWork } from '../../../platform/index';

/**
 * A repository of aggregates that are kept per order and that any first command may bring into being, also
 * one that undoes.
 */
export abstract class OrderKeyedRepository<T extends Aggregate> extends AggregateRepository<T> {
  protected constructor(
    work: UnitOfWork,
    type: new () => T,
    private readonly create: (orderId: string) => T,
  ) {
    super(work, type, 'orderId' as string & keyof T);
  }

  /**
   * The locked aggregate of the order, or a new one. Two that bring the same one into being collide on its
   * key, and one is tried again.
   */
  async lockOrCreate(orderId: string): Promise<T> {
    return (await this.lock(orderId)) ?? this.create(orderId);
  }
}
