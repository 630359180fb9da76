import { Injectable } from '@nestjs/common';
import { AggregateRepository, UnitOfWork } from '../../../platform/index';
import { ItemPrices } from '../domain/item-prices';

@Injectable()
export class ItemPricesRepository extends AggregateRepository<ItemPrices> {
  constructor(work: UnitOfWork) {
    super(work, ItemPrices, 'itemId');
  }
}
