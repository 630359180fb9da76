import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '../../../platform/database/aggregate-repository';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { Price } from '../domain/price';

@Injectable()
export class PriceRepository extends AggregateRepository<Price> {
  constructor(work: UnitOfWork) {
    super(work, Price, 'itemId');
  }

  /** Inserts a price unless somebody else has just set one; says whether it did. Waits for a rival that has not committed yet. */
  async addIfFirst(price: Price): Promise<boolean> {
    const inserted = await this.work.manager
      .createQueryBuilder()
      .insert()
      .into(Price)
      .values(price)
      .orIgnore()
      .updateEntity(false)
      .returning(['itemId'])
      .execute();
    const first = (inserted.raw as unknown[]).length > 0;
    if (first) this.work.publish(price);
    return first;
  }
}
