import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { Refusal } from '../../../platform/domain/refusal';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging';
import { BEFORE_ALL_UUIDS, canonicalUuid } from '../../../platform/validation/uuid';
import type { CustomerView } from '../customer.view';
import { ListCustomers } from './list-customers.query';

@QueryHandler(ListCustomers)
export class ListCustomersHandler implements IQueryHandler<ListCustomers> {
  constructor(private readonly work: UnitOfWork) {}

  async execute({ limit, cursor, externalReference }: ListCustomers): Promise<Page<CustomerView>> {
    const customers = await this.work.manager.query<CustomerView[]>(
      `select customer_id as "customerId", name, email, address, external_reference as "externalReference", metadata, version
       from customers
       where customer_id > $1 ${externalReference === undefined ? '' : 'and external_reference = $3'}
       order by customer_id
       limit $2`,
      [
        cursor === undefined ? BEFORE_ALL_UUIDS : lastOf(cursor),
        limit + 1,
        ...(externalReference === undefined ? [] : [externalReference]),
      ],
    );
    return pageOf(customers, limit, ({ customerId }) => [customerId]);
  }
}

function lastOf(cursor: string): string {
  const customerId = canonicalUuid(decodeCursor(cursor)[0]);
  if (customerId === undefined)
    throw new Refusal('invalid', 'customers.cursor-malformed', 'This cursor does not belong to the list of customers.');
  return customerId;
}
