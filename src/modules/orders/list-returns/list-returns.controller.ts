import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageRequest } from '../../../platform/http';
import { OrderPath } from '../order-path.request';
import { ReturnPageView } from '../order.view';
import { ListReturnsReader } from './list-returns.reader';

@ApiTags('orders')
@Controller('orders')
export class ListReturnsController {
  constructor(private readonly reader: ListReturnsReader) {}

  @Get(':orderId/returns')
  @ApiOperation({ operationId: 'listReturns', summary: 'Lists the returns of an order' })
  @ApiOkResponse({ type: ReturnPageView })
  list(@Param() { orderId }: OrderPath, @Query() request: PageRequest): Promise<ReturnPageView> {
    return this.reader.read(orderId, request);
  }
}
