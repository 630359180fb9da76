import { EventsHandler } from '@nestjs/cqrs';
import { type Envelope, Jobs, type Reacts, Subscription } from '../../../../src/platform/index';
import { OrderCompleted } from '../../../../src/modules/orders/contracts/order-completed.event';
import { OrderPlaced } from '../../../../src/modules/orders/contracts/order-placed.event';
import { LoyaltySettings } from '../loyalty.settings';
import { PlacedOrders } from '../persistence/placed-orders';
import { PointsAccountRepository } from '../persistence/points-account.repository';
import { THANK_CUSTOMER } from '../thank/thank-customer.job';

/**
 * OrderCompleted says neither who ordered nor for how much; OrderPlaced does. Both are handled here, because
 * order holds within one subscription: what an order was placed with is always there when it completes.
 */
@Subscription('loyalty.give-points')
@EventsHandler(OrderPlaced, OrderCompleted)
export class GivePointsWhenOrderCompletes implements Reacts<OrderPlaced | OrderCompleted> {
  constructor(
    private readonly orders: PlacedOrders,
    private readonly accounts: PointsAccountRepository,
    private readonly jobs: Jobs,
    private readonly settings: LoyaltySettings,
  ) {}

  async handle(event: OrderPlaced | OrderCompleted, { time }: Envelope): Promise<void> {
    if (event instanceof OrderPlaced) {
      await this.orders.keep(event.orderId, { customerId: event.customerId, total: event.total.amount });
      return;
    }
    const order = await this.orders.find(event.orderId);
    if (!order)
      throw new Error(`The order ${event.orderId} completed, and loyalty never heard that it was placed.`);
    const points = Math.floor(order.total / this.settings.minorUnitsPerPoint);
    const account = await this.accounts.lockOrOpen(order.customerId);
    account.give(points, time);
    await this.accounts.save(account);
    if (this.settings.mailUrl === undefined || points === 0) return;
    await this.jobs.enqueue({
      type: THANK_CUSTOMER,
      idempotencyKey: `${event.orderId}:thank`,
      payload: { customerId: order.customerId, points },
    });
  }
}
