import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type Page, PageRequest } from '../../../platform/http/paging';
import type { CustomerView } from '../customer.view';
import { ListCustomers } from './list-customers.query';

@ApiTags('customers')
@Controller('customers')
export class ListCustomersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  list(@Query() { limit, cursor }: PageRequest): Promise<Page<CustomerView>> {
    return this.queries.execute(new ListCustomers({ limit, cursor }));
  }
}
