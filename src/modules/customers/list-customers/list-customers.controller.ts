import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageRequest } from '../../../platform/http/paging';
import { CustomerPageView } from '../customer.view';
import { ListCustomers } from './list-customers.query';

@ApiTags('customers')
@Controller('customers')
export class ListCustomersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ operationId: 'listCustomers', summary: 'Lists customers' })
  @ApiOkResponse({ type: CustomerPageView })
  list(@Query() { limit, cursor }: PageRequest): Promise<CustomerPageView> {
    return this.queries.execute(new ListCustomers({ limit, cursor }));
  }
}
