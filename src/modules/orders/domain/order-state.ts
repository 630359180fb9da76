/** Every state that an order can be seen in, in the order of its life. */
export const ORDER_STATES = [
  'placed',
  'awaiting-credit',
  'awaiting-stock',
  'awaiting-payment',
  'awaiting-dispatch',
  'cancelling',
  'awaiting-delivery',
  'capturing',
  'releasing-credit',
  'undoing',
  'completed',
  'rejected',
  'cancelled',
] as const;

export type OrderState = (typeof ORDER_STATES)[number];

/** The states that only the end of the process may enter, each of them with a message. */
export type FinalState = 'completed' | 'rejected' | 'cancelled';

const FINAL: ReadonlySet<OrderState> = new Set<FinalState>(['completed', 'rejected', 'cancelled']);

/**
 * True once nothing more will happen to the order by itself: everything held for it is settled or given back.
 */
export const isFinal = (state: OrderState): state is FinalState => FINAL.has(state);

const LEFT: ReadonlySet<OrderState> = new Set<OrderState>([
  'awaiting-delivery',
  'capturing',
  'releasing-credit',
]);

/**
 * True once the parcel has left and the order is not final yet: there is no way back. An order of services is
 * past the same point.
 */
export const hasLeft = (state: OrderState): boolean => LEFT.has(state);

/** One step of an order's visible history. */
export interface HistoryEntry {
  readonly state: OrderState;
  /** ISO 8601. */
  readonly at: string;
  readonly reason?: string;
}
