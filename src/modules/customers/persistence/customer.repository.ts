import { Injectable } from '@nestjs/common';
import { AggregateRepository, UnitOfWork } from '../../../platform/index';
import { Customer } from '../domain/customer';
import { referenceTaken } from '../domain/reference-taken';

@Injectable()
export class CustomerRepository extends AggregateRepository<Customer> {
  constructor(work: UnitOfWork) {
    super(work, Customer, 'customerId');
  }

  /** As every repository; refuses a customer with a reference that another one has. */
  override async add(customer: Customer): Promise<void> {
    if (customer.externalReference === null) return super.add(customer);
    const other = await this.addUnlessTaken(customer, 'externalReference');
    if (other) throw referenceTaken(other.customerId);
  }
}
