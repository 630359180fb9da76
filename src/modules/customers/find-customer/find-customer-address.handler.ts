import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Address } from '../contracts/address';
import { FindCustomerAddress } from '../contracts/find-customer-address.query';
import { CustomerRepository } from '../persistence/customer.repository';

@QueryHandler(FindCustomerAddress)
export class FindCustomerAddressHandler implements IQueryHandler<FindCustomerAddress> {
  constructor(private readonly customers: CustomerRepository) {}

  async execute({ customerId }: FindCustomerAddress): Promise<Address | null> {
    const customer = await this.customers.find(customerId);
    return customer && customer.address;
  }
}
