import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '../../../platform/database/aggregate-repository';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { ItemPrices } from '../domain/item-prices';

@Injectable()
export class ItemPricesRepository extends AggregateRepository<ItemPrices> {
  constructor(work: UnitOfWork) {
    super(work, ItemPrices, 'itemId');
  }
}
