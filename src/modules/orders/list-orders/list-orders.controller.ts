import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { pageOf } from '../../../platform/http/paging';
import { idIn } from '../keyset';
import { OrderPageView } from '../order.view';
import { OrderReads } from '../persistence/order-reads';
import { ListOrdersRequest } from './list-orders.request';

@ApiTags('orders')
@Controller('orders')
export class ListOrdersController {
  constructor(private readonly reads: OrderReads) {}

  /** Newest first. */
  @Get()
  @ApiOperation({ operationId: 'listOrders', summary: 'Lists orders, the newest first' })
  @ApiOkResponse({ type: OrderPageView })
  async list(@Query() { customerId, state, limit, cursor }: ListOrdersRequest): Promise<OrderPageView> {
    const orders = await this.reads.list({ customerId, state }, idIn(cursor), limit + 1);
    return pageOf(orders, limit, ({ orderId }) => [orderId]);
  }
}
