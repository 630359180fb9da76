import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '../../../platform/database/aggregate-repository';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { Customer } from '../domain/customer';

@Injectable()
export class CustomerRepository extends AggregateRepository<Customer> {
  constructor(work: UnitOfWork) {
    super(work, Customer, 'customerId');
  }
}
