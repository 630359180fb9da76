import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AggregateRepository, type BatchWriter, UnitOfWork } from '../../../platform/index';
import { Order } from '../domain/order';
import { isFinal, type HistoryEntry, type OrderState } from '../domain/order-state';
import { referenceTaken } from '../domain/reference-taken';
import { OrderChanges, type OrderStep } from '../follow-order/order-changes';

/** An order on its way from one state to the next. */
interface Step {
  orderId: string;
  state: OrderState;
  entry: HistoryEntry;
}

/** Loads and saves orders: one row and one statement each time, whatever the number of lines. */
@Injectable()
export class OrderRepository extends AggregateRepository<Order> {
  private readonly steps: BatchWriter<Step> = { write: (manager, steps) => this.write(manager, steps) };

  constructor(
    work: UnitOfWork,
    private readonly changes: OrderChanges,
  ) {
    super(work, Order, 'orderId');
  }

  /** As every repository; refuses an order with a reference that another one has. */
  override async add(order: Order): Promise<void> {
    if (order.externalReference === null) return super.add(order);
    const other = await this.addUnlessTaken(order, 'externalReference');
    if (other) throw referenceTaken(other.orderId);
  }

  /** As every repository, and wakes the order's followers once that is committed. */
  override async save(order: Order): Promise<void> {
    await super.save(order);
    this.announce({ orderId: order.orderId, state: order.state, steps: order.history.length });
  }

  /** Locks the order as it is with the steps that were still to be written. */
  override async lock(orderId: string): Promise<Order | null> {
    if (this.advancing.has(orderId)) {
      this.advancing.clear();
      await this.work.flush();
    }
    return super.lock(orderId);
  }

  /**
   * `Order.moveTo` without carrying the lines to and fro: the steps between are most of an order's writes,
   * and those of a batch are written in one statement. Throws when there is no such order, or when it is
   * final.
   */
  async advance(orderId: string, state: OrderState, at: Date, reason?: string): Promise<void> {
    if (isFinal(state)) throw new Error(`Order ${orderId} can become ${state} only with a message.`);
    const order = this.atHand(orderId);
    if (order) {
      order.moveTo(state, at, reason);
      return this.save(order);
    }
    this.advancing.add(orderId);
    this.work.defer(this.steps, {
      orderId,
      state,
      entry: { state, at: at.toISOString(), ...(reason && { reason }) },
    });
  }

  /** The orders with a step that is still to be written. */
  private get advancing(): Set<string> {
    return this.work.memoryOf(this.steps, () => new Set<string>());
  }

  private async write(manager: EntityManager, steps: readonly Step[]): Promise<void> {
    const orders = new Map<string, { order_id: string; state: OrderState; history: HistoryEntry[] }>();
    for (const { orderId, state, entry } of steps) {
      const earlier = orders.get(orderId);
      if (earlier?.state === state) continue;
      orders.set(orderId, { order_id: orderId, state, history: [...(earlier?.history ?? []), entry] });
    }
    const [rows]: [{ order_id: string; state: OrderState; steps: number }[], number] = await manager.query(
      `update orders as present set state = next.state, history = present.history || next.history
       from json_populate_recordset(null::orders, $1::json) next
       where present.order_id = next.order_id and present.state <> next.state and present.state not in ('completed', 'rejected', 'cancelled')
       returning present.order_id, present.state, jsonb_array_length(present.history) as steps`,
      [JSON.stringify([...orders.values()])],
    );
    for (const row of rows) this.announce({ orderId: row.order_id, state: row.state, steps: row.steps });
    const moved = new Set(rows.map(({ order_id }) => order_id));
    for (const { order_id, state } of orders.values())
      if (!moved.has(order_id)) await this.explainNoAdvance(order_id, state);
  }

  private async explainNoAdvance(orderId: string, state: OrderState): Promise<void> {
    const order = await this.find(orderId);
    if (!order) throw new Error(`There is no order ${orderId}.`);
    if (order.isFinal)
      throw new Error(`Order ${orderId} is ${order.state}, which is final: it cannot become ${state}.`);
  }

  private announce(step: OrderStep): void {
    this.work.afterCommit(() => this.changes.announce(step));
  }
}
