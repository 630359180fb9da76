import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CustomerPageView } from '../customer.view';
import { ListCustomersReader } from './list-customers.reader';
import { ListCustomersRequest } from './list-customers.request';

@ApiTags('customers')
@Controller('customers')
export class ListCustomersController {
  constructor(private readonly reader: ListCustomersReader) {}

  @Get()
  @ApiOperation({ operationId: 'listCustomers', summary: 'Lists customers' })
  @ApiOkResponse({ type: CustomerPageView })
  list(@Query() request: ListCustomersRequest): Promise<CustomerPageView> {
    return this.reader.read(request);
  }
}
