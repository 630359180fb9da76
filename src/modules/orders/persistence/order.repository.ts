import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '../../../platform/database/aggregate-repository';
import { UnitOfWork } from '../../../platform/database/unit-of-work';
import { Order } from '../domain/order';
import { isFinal, type HistoryEntry, type OrderState } from '../domain/order-state';
import { OrderChanges, type OrderStep } from '../follow-order/order-changes';

/** Loads and saves orders: one row and one statement each time, whatever the number of lines. */
@Injectable()
export class OrderRepository extends AggregateRepository<Order> {
  constructor(
    work: UnitOfWork,
    private readonly changes: OrderChanges,
  ) {
    super(work, Order, 'orderId');
  }

  /** As every repository, and wakes the order's followers once that is committed. */
  override async save(order: Order): Promise<void> {
    await super.save(order);
    this.announce({ orderId: order.orderId, state: order.state, steps: order.history.length });
  }

  /**
   * `Order.moveTo` in one statement, without carrying the lines to and fro: the steps between are most of an order's writes.
   * Throws when there is no such order, or when it is final.
   */
  async advance(orderId: string, state: OrderState, at: Date, reason?: string): Promise<void> {
    if (isFinal(state)) throw new Error(`Order ${orderId} can become ${state} only with a message.`);
    const entry: HistoryEntry = { state, at: at.toISOString(), ...(reason && { reason }) };
    const [rows]: [{ steps: number }[], number] = await this.work.manager.query(
      `update orders set state = $2, history = history || $3::jsonb
       where order_id = $1 and state <> $2 and state not in ('completed', 'rejected', 'cancelled')
       returning jsonb_array_length(history) as steps`,
      [orderId, state, JSON.stringify([entry])],
    );
    if (rows.length > 0) this.announce({ orderId, state, steps: rows[0].steps });
    else await this.explainNoAdvance(orderId, state);
  }

  private async explainNoAdvance(orderId: string, state: OrderState): Promise<void> {
    const order = await this.find(orderId);
    if (!order) throw new Error(`There is no order ${orderId}.`);
    if (order.isFinal) throw new Error(`Order ${orderId} is ${order.state}, which is final: it cannot become ${state}.`);
  }

  private announce(step: OrderStep): void {
    this.work.afterCommit(() => this.changes.announce(step));
  }
}
