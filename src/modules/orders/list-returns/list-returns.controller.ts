import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { pageOf, PageRequest } from '../../../platform/http/paging';
import { unknownOrder } from '../domain/unknown-order';
import { idIn } from '../keyset';
import { OrderPath } from '../order-path.request';
import { ReturnPageView } from '../order.view';
import { OrderReads } from '../persistence/order-reads';

@ApiTags('orders')
@Controller('orders')
export class ListReturnsController {
  constructor(private readonly reads: OrderReads) {}

  /** In the order in which they were accepted. */
  @Get(':orderId/returns')
  @ApiOperation({ operationId: 'listReturns', summary: 'Lists the returns of an order' })
  @ApiOkResponse({ type: ReturnPageView })
  async list(@Param() { orderId }: OrderPath, @Query() { limit, cursor }: PageRequest): Promise<ReturnPageView> {
    const returns = await this.reads.returns(orderId, idIn(cursor), limit + 1);
    if (returns.length === 0 && !(await this.reads.exists(orderId))) throw unknownOrder();
    return pageOf(returns, limit, ({ returnId }) => [returnId]);
  }
}
