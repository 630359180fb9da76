import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '../../../platform/database/aggregate-repository';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { Price } from '../domain/price';

@Injectable()
export class PriceRepository extends AggregateRepository<Price> {
  constructor(work: UnitOfWork) {
    super(work, Price, 'itemId');
  }
}
