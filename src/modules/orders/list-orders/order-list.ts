import { NIL } from 'uuid';
import { ORDER_STATES, type OrderState } from '../domain/order-state';

/** The sorts of a list of orders, as clients name them; `-` turns the order around. */
export const ORDER_SORTS = ['-placedAt', 'placedAt'] as const;
export type OrderSort = (typeof ORDER_SORTS)[number];

/** Orders are counted up to this number: counting more reads more than any list shows. */
export const MOST_COUNTED = 10_000;

/** Which orders a list shows; what is left out does not matter. */
export interface OrderFilter {
  customerId?: string;
  states?: readonly OrderState[];
  /** The first moment that counts. */
  placedFrom?: Date;
  /** The first moment after it that does not. */
  placedTo?: Date;
  externalReference?: string;
}

/** Where a page ended: the last order's moment, as exact as the database has it, and its id. */
export interface OrderPosition {
  placedAt: string;
  orderId: string;
}

interface Statement {
  text: string;
  values: unknown[];
}

/**
 * Reads the columns of at most `limit` orders after a position, by the index of the reference, of the
 * customer or of the states, in the sort's order. One comparison tells where to begin in it: a later page
 * costs what the first one costs.
 */
export function pageStatement(
  columns: string,
  filter: OrderFilter,
  sort: OrderSort,
  after: OrderPosition | undefined,
  limit: number,
): Statement {
  const { values, parameter } = parameters();
  const [earliest, end] = boundsOf(filter);
  const isNewestFirst = sort === '-placedAt';
  const begin = after ?? { placedAt: isNewestFirst ? end : earliest, orderId: NIL };
  const position = `(${parameter(begin.placedAt)}::timestamptz, ${parameter(begin.orderId)}::uuid)`;
  const range = isNewestFirst
    ? `placed_at >= ${parameter(earliest)}::timestamptz and (placed_at, order_id) < ${position}`
    : `placed_at < ${parameter(end)}::timestamptz and (placed_at, order_id) > ${position}`;
  const order = isNewestFirst ? 'placed_at desc, order_id desc' : 'placed_at, order_id';
  const ordered = `order by ${order} limit ${parameter(limit)}`;
  return { text: `select ${columns} from ${ordersOf(filter, range, parameter, ordered)} ${ordered}`, values };
}

/** Counts the orders of a list, one more than `MOST_COUNTED` at the most. */
export function countStatement(filter: OrderFilter): Statement {
  const { values, parameter } = parameters();
  const [earliest, end] = boundsOf(filter);
  const range = `placed_at >= ${parameter(earliest)}::timestamptz and placed_at < ${parameter(end)}::timestamptz`;
  const enough = `limit ${MOST_COUNTED + 1}`;
  const some = `select 1 from ${ordersOf(filter, range, parameter, enough)} ${enough}`;
  return { text: `select count(*)::int as orders from (${some}) counted`, values };
}

const boundsOf = ({ placedFrom, placedTo }: OrderFilter): [string, string] => [
  placedFrom?.toISOString() ?? '-infinity',
  placedTo?.toISOString() ?? 'infinity',
];

function parameters(): { values: unknown[]; parameter: (value: unknown) => string } {
  const values: unknown[] = [];
  return { values, parameter: (value) => `$${values.push(value)}` };
}

/**
 * What to select from: the filter's orders. `cut` is the order and limit of the whole, by which each part of
 * it is cut down, too.
 */
function ordersOf(
  filter: OrderFilter,
  range: string,
  parameter: (value: unknown) => string,
  cut: string,
): string {
  const { customerId, states, externalReference } = filter;
  // Each state has its own stretch of the index, which is in order; all of them together are not.
  if (customerId === undefined && externalReference === undefined)
    return `unnest(${parameter(states ?? ORDER_STATES)}::text[]) wanted (state_wanted)
      cross join lateral (select * from orders where state = state_wanted and ${range} ${cut}) in_state`;
  const conditions = [
    range,
    ...(externalReference === undefined ? [] : [`external_reference = ${parameter(externalReference)}`]),
    ...(customerId === undefined ? [] : [`customer_id = ${parameter(customerId)}::uuid`]),
    ...(states ? [`state = any(${parameter(states)}::text[])`] : []),
  ];
  return `(select * from orders where ${conditions.join(' and ')}) matching`;
}
