import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { answerHeaders, setETag } from '../../../platform/http';
import { CustomerPath } from '../customer-path.request';
import { CustomerView } from '../customer.view';
import { ShowCustomerReader } from './show-customer.reader';

@ApiTags('customers')
@Controller('customers')
export class ShowCustomerController {
  constructor(private readonly reader: ShowCustomerReader) {}

  @Get(':customerId')
  @ApiOperation({ operationId: 'showCustomer', summary: 'Shows a customer' })
  @ApiOkResponse({ type: CustomerView, headers: answerHeaders('ETag') })
  async show(
    @Param() { customerId }: CustomerPath,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CustomerView> {
    const customer = await this.reader.read(customerId);
    setETag(response, customer.version);
    return customer;
  }
}
