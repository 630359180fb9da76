import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CustomerPageView } from '../customer.view';
import { ListCustomers } from './list-customers.query';
import { ListCustomersRequest } from './list-customers.request';

@ApiTags('customers')
@Controller('customers')
export class ListCustomersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ operationId: 'listCustomers', summary: 'Lists customers' })
  @ApiOkResponse({ type: CustomerPageView })
  list(@Query() { limit, cursor, externalReference }: ListCustomersRequest): Promise<CustomerPageView> {
    return this.queries.execute(new ListCustomers({ limit, cursor, externalReference }));
  }
}
