import { Injectable } from '@nestjs/common';
import { canonicalUuid, instantOf } from '../../../platform/contracts';
import { UnitOfWork } from '../../../platform/index';
import { Keyset } from '../../../platform/http';
import type { OrderCountView, OrderPageView } from '../order.view';
import { SUMMARY_COLUMNS, summaryOf, type SummaryRow } from '../persistence/order-row';
import type { ListOrdersRequest } from './list-orders.request';
import {
  countStatement,
  MOST_COUNTED,
  type OrderFilter,
  type OrderPosition,
  type OrderSort,
  pageStatement,
} from './order-list';

/** As exact as the column: JavaScript's dates end at milliseconds. */
const EXACT_MOMENT = `to_char(placed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as exact`;

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;

const ORDERS = new Keyset('orders', 'this list', {
  start: undefined,
  columns: 2,
  read([placedAt, id]): OrderPosition | undefined {
    const orderId = canonicalUuid(id);
    return typeof placedAt === 'string' && MOMENT.test(placedAt) && orderId !== undefined
      ? { placedAt, orderId }
      : undefined;
  },
});

/**
 * Reads a page of orders, newest first where nothing else is asked for. The count is of the moment, as each
 * page is.
 */
@Injectable()
export class ListOrdersReader {
  constructor(private readonly work: UnitOfWork) {}

  async read(request: ListOrdersRequest): Promise<OrderPageView> {
    const { limit, cursor, sort, count } = request;
    const filter = filterOf(request);
    const list = listOf(filter, sort);
    const { text, values } = pageStatement(
      `${SUMMARY_COLUMNS}, ${EXACT_MOMENT}`,
      filter,
      sort,
      list.after(cursor),
      limit + 1,
    );
    const rows = await this.query<SummaryRow & { exact: string }>(text, values);
    const { items, nextCursor } = list.page(rows, limit, ({ exact, order_id }) => [exact, order_id]);
    return {
      items: items.map(summaryOf),
      ...(nextCursor !== undefined && { nextCursor }),
      ...(count && { count: await this.count(filter) }),
    };
  }

  /** How many orders there are; beyond `MOST_COUNTED`, that there are at least so many. */
  private async count(filter: OrderFilter): Promise<OrderCountView> {
    const { text, values } = countStatement(filter);
    const [{ orders }] = await this.query<{ orders: number }>(text, values);
    return { orders: Math.min(orders, MOST_COUNTED), exact: orders <= MOST_COUNTED };
  }

  private query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    return this.work.read('orders', () => this.work.manager.query<Row[]>(sql, parameters));
  }
}

const filterOf = ({
  customerId,
  state,
  placedFrom,
  placedTo,
  externalReference,
}: ListOrdersRequest): OrderFilter => ({
  customerId,
  states: state && [...state].sort(),
  placedFrom: placedFrom === undefined ? undefined : instantOf(placedFrom),
  placedTo: placedTo === undefined ? undefined : instantOf(placedTo),
  externalReference,
});

const listOf = ({ placedFrom, placedTo, ...rest }: OrderFilter, sort: OrderSort): typeof ORDERS =>
  ORDERS.filteredBy({
    ...rest,
    placedFrom: placedFrom?.toISOString(),
    placedTo: placedTo?.toISOString(),
    sort,
  });
