import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OrderPageView } from '../order.view';
import { ListOrdersReader } from './list-orders.reader';
import { ListOrdersRequest } from './list-orders.request';

@ApiTags('orders')
@Controller('orders')
export class ListOrdersController {
  constructor(private readonly reader: ListOrdersReader) {}

  @Get()
  @ApiOperation({
    operationId: 'listOrders',
    summary: 'Lists orders',
    description:
      'Those that meet all filters, by the moment when they were placed. A `cursor` goes on with the same filters and the same sort.',
  })
  @ApiOkResponse({ type: OrderPageView })
  list(@Query() request: ListOrdersRequest): Promise<OrderPageView> {
    return this.reader.read(request);
  }
}
