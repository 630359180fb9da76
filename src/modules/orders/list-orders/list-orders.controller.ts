import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { cursorMark, decodeCursor, pageOf, requireMark } from '../../../platform/http/paging';
import { instantOf } from '../../../platform/validation/instant';
import { canonicalUuid } from '../../../platform/validation/uuid';
import { cursorMalformed } from '../keyset';
import { OrderPageView } from '../order.view';
import type { OrderFilter, OrderPosition, OrderSort } from '../persistence/order-list';
import { OrderReads } from '../persistence/order-reads';
import { ListOrdersRequest } from './list-orders.request';

@ApiTags('orders')
@Controller('orders')
export class ListOrdersController {
  constructor(private readonly reads: OrderReads) {}

  /** Newest first, where nothing else is asked for. The count is of the moment, as each page is. */
  @Get()
  @ApiOperation({
    operationId: 'listOrders',
    summary: 'Lists orders',
    description:
      'Those that meet all filters, by the moment when they were placed. A `cursor` goes on with the same filters and the same sort.',
  })
  @ApiOkResponse({ type: OrderPageView })
  async list(@Query() request: ListOrdersRequest): Promise<OrderPageView> {
    const { limit, cursor, sort, count } = request;
    const filter = filterOf(request);
    const mark = markOf(filter, sort);
    const after = cursor === undefined ? undefined : positionIn(cursor, mark);
    const rows = await this.reads.list(filter, sort, after, limit + 1);
    const { items, nextCursor } = pageOf(rows, limit, ({ at: { placedAt, orderId } }) => [placedAt, orderId, mark]);
    return {
      items: items.map(({ order }) => order),
      ...(nextCursor !== undefined && { nextCursor }),
      ...(count && { count: await this.reads.count(filter) }),
    };
  }
}

const filterOf = ({ customerId, state, placedFrom, placedTo, externalReference }: ListOrdersRequest): OrderFilter => ({
  customerId,
  states: state && [...state].sort(),
  placedFrom: placedFrom === undefined ? undefined : instantOf(placedFrom),
  placedTo: placedTo === undefined ? undefined : instantOf(placedTo),
  externalReference,
});

const markOf = ({ placedFrom, placedTo, ...rest }: OrderFilter, sort: OrderSort): string =>
  cursorMark({ ...rest, placedFrom: placedFrom?.toISOString(), placedTo: placedTo?.toISOString(), sort });

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;

function positionIn(cursor: string, mark: string): OrderPosition {
  const [placedAt, id, given] = decodeCursor(cursor);
  const orderId = canonicalUuid(id);
  if (typeof placedAt !== 'string' || !MOMENT.test(placedAt) || orderId === undefined) throw cursorMalformed();
  requireMark(given, mark);
  return { placedAt, orderId };
}
