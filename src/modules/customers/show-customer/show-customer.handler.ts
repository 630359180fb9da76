import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CustomerView } from '../customer.view';
import { customerUnknown } from '../domain/customer-unknown';
import { CustomerRepository } from '../persistence/customer.repository';
import { ShowCustomer } from './show-customer.query';

@QueryHandler(ShowCustomer)
export class ShowCustomerHandler implements IQueryHandler<ShowCustomer> {
  constructor(private readonly customers: CustomerRepository) {}

  async execute({ customerId }: ShowCustomer): Promise<CustomerView> {
    const customer = await this.customers.find(customerId);
    if (!customer) throw customerUnknown();
    const { name, email, address, externalReference, metadata, version } = customer;
    return { customerId, name, email, address, externalReference, metadata, version };
  }
}
