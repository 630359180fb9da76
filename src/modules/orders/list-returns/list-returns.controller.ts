import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Page, pageOf, PageRequest } from '../../../platform/http/paging';
import { unknownOrder } from '../domain/unknown-order';
import { idIn } from '../keyset';
import { OrderPath } from '../order-path.request';
import type { ReturnView } from '../order.view';
import { OrderReads } from '../persistence/order-reads';

@ApiTags('orders')
@Controller('orders')
export class ListReturnsController {
  constructor(private readonly reads: OrderReads) {}

  /** In the order in which they were accepted. */
  @Get(':orderId/returns')
  async list(@Param() { orderId }: OrderPath, @Query() { limit, cursor }: PageRequest): Promise<Page<ReturnView>> {
    const returns = await this.reads.returns(orderId, idIn(cursor), limit + 1);
    if (returns.length === 0 && !(await this.reads.exists(orderId))) throw unknownOrder();
    return pageOf(returns, limit, ({ returnId }) => [returnId]);
  }
}
