import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '../../../platform/unit-of-work/aggregate-repository';
import { UnitOfWork } from '../../../platform/unit-of-work/unit-of-work';
import { ItemPrices } from '../domain/item-prices';

@Injectable()
export class ItemPricesRepository extends AggregateRepository<ItemPrices> {
  constructor(work: UnitOfWork) {
    super(work, ItemPrices, 'itemId');
  }
}
