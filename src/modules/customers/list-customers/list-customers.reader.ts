import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, MoreThan } from 'typeorm';
import { UnitOfWork } from '../../../platform/index';
import { Keyset, type Page } from '../../../platform/http';
import { CustomerView } from '../customer.view';
import { Customer } from '../domain/customer';
import type { ListCustomersRequest } from './list-customers.request';

const CUSTOMERS = Keyset.ofUuids('customers', 'the list of customers');

/** Reads a page of customers, in the order in which they were registered. */
@Injectable()
export class ListCustomersReader {
  constructor(private readonly work: UnitOfWork) {}

  async read({ limit, cursor, externalReference }: ListCustomersRequest): Promise<Page<CustomerView>> {
    const where: FindOptionsWhere<Customer> = { customerId: MoreThan(CUSTOMERS.after(cursor)) };
    if (externalReference !== undefined) where.externalReference = externalReference;
    const customers = await this.work.read('customers', () =>
      this.work.manager.find(Customer, { where, order: { customerId: 'asc' }, take: limit + 1 }),
    );
    return CUSTOMERS.page(
      customers.map((customer) => CustomerView.of(customer)),
      limit,
      ({ customerId }) => customerId,
    );
  }
}
