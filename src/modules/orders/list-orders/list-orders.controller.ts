import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Page, pageOf } from '../../../platform/http/paging';
import { idIn } from '../keyset';
import type { OrderSummaryView } from '../order.view';
import { OrderReads } from '../persistence/order-reads';
import { ListOrdersRequest } from './list-orders.request';

@ApiTags('orders')
@Controller('orders')
export class ListOrdersController {
  constructor(private readonly reads: OrderReads) {}

  /** Newest first. */
  @Get()
  async list(@Query() { customerId, state, limit, cursor }: ListOrdersRequest): Promise<Page<OrderSummaryView>> {
    const orders = await this.reads.list({ customerId, state }, idIn(cursor), limit + 1);
    return pageOf(orders, limit, ({ orderId }) => [orderId]);
  }
}
