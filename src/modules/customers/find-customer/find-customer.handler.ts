import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { FindCustomer, type KnownCustomer } from '../contracts/find-customer.query';
import { CustomerRepository } from '../persistence/customer.repository';

@QueryHandler(FindCustomer)
export class FindCustomerHandler implements IQueryHandler<FindCustomer> {
  constructor(private readonly customers: CustomerRepository) {}

  async execute({ customerId }: FindCustomer): Promise<KnownCustomer | null> {
    const customer = await this.customers.find(customerId);
    return (
      customer && {
        customerId: customer.customerId,
        country: customer.address.country,
        version: customer.version,
      }
    );
  }
}
