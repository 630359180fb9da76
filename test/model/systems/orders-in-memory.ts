import { StockRefused } from '../../../src/modules/inventory/contracts/stock-refused.event';
import { StockReleased } from '../../../src/modules/inventory/contracts/stock-released.event';
import { StockReserved } from '../../../src/modules/inventory/contracts/stock-reserved.event';
import { CancelOrderHandler } from '../../../src/modules/orders/cancel-order/cancel-order.handler';
import { CancelOrder } from '../../../src/modules/orders/contracts/cancel-order.command';
import { OrderPlaced } from '../../../src/modules/orders/contracts/order-placed.event';
import { OrderedLine } from '../../../src/modules/orders/contracts/ordered-line';
import { ReturnAccepted } from '../../../src/modules/orders/contracts/return-accepted.event';
import { ReturnItems } from '../../../src/modules/orders/contracts/return-items.command';
import { Order } from '../../../src/modules/orders/domain/order';
import type { HistoryEntry, OrderState } from '../../../src/modules/orders/domain/order-state';
import { fulfilment } from '../../../src/modules/orders/fulfilment/fulfilment.saga';
import { OrderFulfilment } from '../../../src/modules/orders/fulfilment/order-fulfilment';
import { OrderChanges } from '../../../src/modules/orders/follow-order/order-changes';
import { OrderRepository } from '../../../src/modules/orders/persistence/order.repository';
import { ReturnRepository } from '../../../src/modules/orders/persistence/return.repository';
import { ReturnItemsHandler } from '../../../src/modules/orders/return-items/return-items.handler';
import { CreditRefused } from '../../../src/modules/payments/contracts/credit-refused.event';
import { CreditReleased } from '../../../src/modules/payments/contracts/credit-released.event';
import { CreditReserved } from '../../../src/modules/payments/contracts/credit-reserved.event';
import { PaymentAuthorised } from '../../../src/modules/payments/contracts/payment-authorised.event';
import { PaymentCaptured } from '../../../src/modules/payments/contracts/payment-captured.event';
import { PaymentDeclined } from '../../../src/modules/payments/contracts/payment-declined.event';
import { PaymentVoided } from '../../../src/modules/payments/contracts/payment-voided.event';
import { DeliveryRefused } from '../../../src/modules/shipping/contracts/delivery-refused.event';
import { ShipmentDelivered } from '../../../src/modules/shipping/contracts/shipment-delivered.event';
import { ShipmentDispatched } from '../../../src/modules/shipping/contracts/shipment-dispatched.event';
import { ShipmentFailed } from '../../../src/modules/shipping/contracts/shipment-failed.event';
import { ShipmentLost } from '../../../src/modules/shipping/contracts/shipment-lost.event';
import { ShipmentReturned } from '../../../src/modules/shipping/contracts/shipment-returned.event';
import { Clock } from '../../../src/platform/unit-of-work/clock';
import type { SagaDefinition } from '../../../src/platform/sagas/saga-definition';
import { SagaMachine } from '../../../src/platform/sagas/saga-machine';
import type { RegisteredSaga, SagaRegistry } from '../../../src/platform/sagas/saga-registry';
import { SagaRuntime } from '../../../src/platform/sagas/saga-runtime';
import { Sagas } from '../../../src/platform/sagas/sagas';
import { SagaStore } from '../../../src/platform/sagas/saga-store';
import { MemoryWork } from '../memory-work';
import { returnOf, type OrdersState } from '../models/orders-model';
import { DeadlineIsLookedAt, MinutesPass, OrderIsPlaced } from '../order-steps';
import type { Module, Reply } from '../reply';
import { Routes } from '../routes';
import { keepSagas } from './sagas-in-memory';

const ANSWERS = [
  OrderPlaced,
  CreditReserved,
  CreditRefused,
  CreditReleased,
  StockReserved,
  StockRefused,
  StockReleased,
  PaymentAuthorised,
  PaymentDeclined,
  PaymentCaptured,
  PaymentVoided,
  ShipmentDispatched,
  ShipmentDelivered,
  ShipmentFailed,
  DeliveryRefused,
  ShipmentLost,
  ShipmentReturned,
];

interface Step {
  order_id: string;
  state: OrderState;
  history: HistoryEntry[];
}

/** Stands still until a test moves it. */
class StoppedClock extends Clock {
  private time = Date.parse('2026-01-01T00:00:00Z');

  override now(): Date {
    return new Date(this.time);
  }

  moveMinutes(minutes: number): void {
    this.time += minutes * 60_000;
  }
}

/**
 * Orders' own process, handlers and rules over tables in memory. Its returns are called by their orders,
 * because it makes up their ids.
 */
export class OrdersInMemory implements Module<OrdersState> {
  private readonly work = MemoryWork.create();
  private readonly clock = new StoppedClock();
  private readonly orders: Map<string, Order>;
  private readonly routes: Routes;
  private readonly returns = new Map<string, number>();

  constructor() {
    const { memory } = this.work;
    const orders = new OrderRepository(this.work, new OrderChanges());
    this.orders = memory.keep(Order, 'orderId');
    memory.answer('update orders', ([json]: [string]) => this.advance(JSON.parse(json) as Step[]));
    memory.answer('insert into order_returns', () => []);
    keepSagas(memory);
    const runtime = new SagaRuntime(this.work, new SagaStore(this.work), this.clock);
    const definition = fulfilment as unknown as SagaDefinition<object>;
    const machine = new SagaMachine(definition);
    const registry = { named: () => saga } as unknown as SagaRegistry;
    const owner = new OrderFulfilment(orders, new Sagas(registry, runtime));
    const saga: RegisteredSaga = {
      definition,
      machine,
      module: 'orders',
      className: OrderFulfilment.name,
      owner,
      events: [],
      commands: [],
    };
    const cancel = new CancelOrderHandler(orders, owner);
    const takeBack = new ReturnItemsHandler(orders, new ReturnRepository(this.work), this.clock);
    this.routes = new Routes()
      .to(CancelOrder, cancel)
      .to(ReturnItems, takeBack)
      .to(MinutesPass, { handle: async ({ minutes }) => this.clock.moveMinutes(minutes) })
      .to(DeadlineIsLookedAt, {
        handle: ({ orderId }) =>
          runtime.transition(saga, orderId, (instance, now) => machine.onDeadline(instance, now)),
      })
      .to(OrderIsPlaced, {
        handle: ({ orderId, customerId, lines, currency }) => {
          const ordered = lines.map(({ itemId, quantity, unitPrice, stockTracked }) =>
            OrderedLine.of(itemId, quantity, unitPrice, stockTracked),
          );
          return orders.add(Order.place({ orderId, customerId, currency, lines: ordered }, this.clock.now()));
        },
      });
    for (const answer of ANSWERS)
      this.routes.to(answer, {
        prefetch: (events) => runtime.prefetch(saga, events),
        handle: (event) => runtime.react(saga, event),
      });
  }

  async handle(message: object): Promise<Reply> {
    const { published, ...rest } = await this.work.handling(() => this.routes.handle(message));
    return {
      published: published.map((event) => (event instanceof ReturnAccepted ? this.called(event) : event)),
      ...rest,
    };
  }

  state(): OrdersState {
    return Object.fromEntries(
      [...this.orders.values()].map(({ orderId, state, history, lines }) => [
        orderId,
        {
          state,
          history: history.map((entry) => [entry.state, entry.reason].filter(Boolean).join(': ')),
          returned: lines.map(({ returned }) => returned),
        },
      ]),
    );
  }

  /** What the repository does in SQL of its own. */
  private advance(steps: readonly Step[]): [object[], number] {
    const moved = steps.flatMap(({ order_id, state, history }) => {
      const order = this.orders.get(order_id);
      if (!order || order.isFinal || order.state === state) return [];
      const next = Object.assign(new Order(), order, { state, history: [...order.history, ...history] });
      this.orders.set(order_id, next);
      return [{ order_id, state, steps: next.history.length }];
    });
    return [moved, moved.length];
  }

  private called({ orderId, ...rest }: ReturnAccepted): ReturnAccepted {
    const number = (this.returns.get(orderId) ?? 0) + 1;
    this.returns.set(orderId, number);
    return new ReturnAccepted({ orderId, ...rest, returnId: returnOf(orderId, number) });
  }
}
