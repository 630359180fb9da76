import { Aggregate, Labels, Refusal } from '../../../platform/domain';
import { OrderCancelled } from '../contracts/order-cancelled.event';
import { OrderCompleted } from '../contracts/order-completed.event';
import { OrderDispatched } from '../contracts/order-dispatched.event';
import { OrderPlaced } from '../contracts/order-placed.event';
import { OrderRejected } from '../contracts/order-rejected.event';
import { ReturnAccepted } from '../contracts/return-accepted.event';
import type { OrderedLine } from '../contracts/ordered-line';
import { UNKNOWN_CHANNEL } from '../contracts/sales-channel';
import { allocateReturn, type ReturnedQuantity } from './allocate-return';
import { unitsOf, valueOf, type OrderLine } from './order-line';
import { hasLeft, isFinal, type FinalState, type HistoryEntry, type OrderState } from './order-state';

/**
 * What a customer bought, at the prices of that moment, and how far it has come.
 *
 * `version` counts the order's messages, as for every aggregate. The steps between (`moveTo`) are visible in
 * `history` but matter to no other module, so they record no message and leave `version` alone. The order's
 * `revision`, of which its ETag is made, therefore adds both up.
 */
export class Order extends Aggregate implements Labels {
  orderId!: string;
  customerId!: string;
  currency!: string;
  /** Minor units of `currency`. */
  total!: number;
  state!: OrderState;
  /** As placed, and in that order; a repeated item stays two lines. */
  lines!: readonly OrderLine[];
  /** Only ever grows; the last entry is the current state. */
  history!: readonly HistoryEntry[];
  placedAt!: Date;
  salesChannel: string = UNKNOWN_CHANNEL;
  externalReference: string | null = null;
  metadata: Labels['metadata'] = {};

  protected get aggregateId(): string {
    return this.orderId;
  }

  protected get aggregateType(): string {
    return 'order';
  }

  static place(
    order: {
      orderId: string;
      customerId: string;
      currency: string;
      lines: readonly OrderedLine[];
      salesChannel?: string;
      labels?: Labels;
    },
    at: Date,
  ): Order {
    const placed = new Order();
    placed.orderId = order.orderId;
    placed.customerId = order.customerId;
    placed.currency = order.currency;
    placed.lines = order.lines.map(({ itemId, quantity, unitPrice, stockTracked }) => ({
      itemId,
      quantity,
      unitPrice,
      stockTracked,
      returned: 0,
    }));
    const total = valueOf(placed.lines, placed.currency);
    placed.total = total.amount;
    placed.history = [];
    placed.placedAt = at;
    placed.salesChannel = order.salesChannel ?? UNKNOWN_CHANNEL;
    ({ externalReference: placed.externalReference, metadata: placed.metadata } =
      order.labels ?? Labels.none);
    placed.enter('placed', at);
    placed.record(
      new OrderPlaced({
        orderId: placed.orderId,
        customerId: placed.customerId,
        total,
        lines: [...order.lines],
        salesChannel: placed.salesChannel,
      }),
    );
    return placed;
  }

  /** Grows with every change, recorded as a message or not. */
  get revision(): number {
    return this.version + this.history.length;
  }

  get isFinal(): boolean {
    return isFinal(this.state);
  }

  /**
   * A step on the way, visible to clients and recorded as no message. Entering the state it is in changes
   * nothing.
   */
  moveTo(state: Exclude<OrderState, FinalState>, at: Date, reason?: string): void {
    if (state !== this.state) this.enter(state, at, reason);
  }

  /**
   * The goods have left; the delivery is waited for. With a reason where a cancellation came too late for it.
   */
  dispatched(at: Date, reason?: string): void {
    this.enter('awaiting-delivery', at, reason);
    this.record(new OrderDispatched({ orderId: this.orderId }));
  }

  complete(at: Date): void {
    this.enter('completed', at);
    this.record(new OrderCompleted({ orderId: this.orderId }));
  }

  reject(reason: string, at: Date): void {
    this.enter('rejected', at, reason);
    this.record(new OrderRejected({ orderId: this.orderId, reason }));
  }

  cancel(reason: string, at: Date): void {
    if (hasLeft(this.state))
      throw new Error(
        `Order ${this.orderId} is ${this.state}: its parcel has left, so it cannot be cancelled.`,
      );
    this.enter('cancelled', at, reason);
    this.record(new OrderCancelled({ orderId: this.orderId, reason }));
  }

  /**
   * Takes items back: each quantity from the order's lines of that item in their order, at each line's price.
   * All or nothing; never more than was bought and has not come back yet; only once the order is completed.
   */
  returnItems(returnId: string, items: readonly ReturnedQuantity[]): ReturnAccepted {
    if (this.state !== 'completed') {
      throw new Refusal(
        'conflict',
        'orders.return.order-not-completed',
        `Only a completed order's items can be returned; this one is ${this.state}.`,
      );
    }
    const taken = allocateReturn(this.lines, items);
    this.lines = this.lines.map((line, index) =>
      taken[index] > 0 ? { ...line, returned: line.returned + taken[index] } : line,
    );
    const lines = this.lines.flatMap((line, index) =>
      taken[index] > 0 ? [unitsOf(line, taken[index])] : [],
    );
    const accepted = new ReturnAccepted({
      orderId: this.orderId,
      returnId,
      lines,
      refund: valueOf(lines, this.currency),
    });
    this.record(accepted);
    return accepted;
  }

  private enter(state: OrderState, at: Date, reason?: string): void {
    if (this.state && this.isFinal)
      throw new Error(`Order ${this.orderId} is ${this.state}, which is final: it cannot become ${state}.`);
    this.state = state;
    this.history = [
      ...this.history,
      { state, at: at.toISOString(), ...(reason === undefined ? {} : { reason }) },
    ];
  }
}
