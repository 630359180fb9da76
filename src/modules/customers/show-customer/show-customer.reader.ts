import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import { CustomerView } from '../customer.view';
import { customerUnknown } from '../domain/customer-unknown';
import { CustomerRepository } from '../persistence/customer.repository';

/** Reads one customer with its version. Refuses an unknown one. */
@Injectable()
export class ShowCustomerReader {
  constructor(
    private readonly work: UnitOfWork,
    private readonly customers: CustomerRepository,
  ) {}

  async read(customerId: string): Promise<CustomerView> {
    const customer = await this.work.read('customers', () => this.customers.find(customerId));
    if (!customer) throw customerUnknown();
    return CustomerView.of(customer);
  }
}
