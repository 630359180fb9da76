import { CancelOrder } from '../../src/modules/orders/contracts/cancel-order.command';
import { ReturnItems } from '../../src/modules/orders/contracts/return-items.command';
import { DispatchShipment } from '../../src/modules/shipping/contracts/dispatch-shipment.command';
import { ReportDelivery } from '../../src/modules/shipping/contracts/report-delivery.command';
import { ReportLoss } from '../../src/modules/shipping/contracts/report-loss.command';
import { ReportRefusal } from '../../src/modules/shipping/contracts/report-refusal.command';
import { ReportReturn } from '../../src/modules/shipping/contracts/report-return.command';
import { ShipmentDispatched } from '../../src/modules/shipping/contracts/shipment-dispatched.event';
import { Lockstep } from './lockstep';
import { OrdersModel, type OrdersState } from './models/orders-model';
import { moneyAddsUp, PaymentsModel, type PaymentsState } from './models/payments-model';
import { parcelOf, ShippingModel, type ShippingState } from './models/shipping-model';
import { stockAddsUp, StockModel, type StockState } from './models/stock-model';
import { DeadlineIsLookedAt, OrderIsPlaced } from './order-steps';
import { ProviderAnswers, ProviderIsCalled } from './provider-calls';
import { inWords, type Module, type Reply } from './reply';

type Place = 'orders' | 'inventory' | 'payments' | 'shipping';

/** The modules that get each message, durable commands and subscriptions alike. Others have no subscriber. */
const GOES_TO: Readonly<Record<string, readonly Place[]>> = {
  OrderPlaced: ['orders'],
  ReserveCredit: ['payments'],
  ReleaseCredit: ['payments'],
  AuthorisePayment: ['payments'],
  CapturePayment: ['payments'],
  VoidPayment: ['payments'],
  ReserveStock: ['inventory'],
  ReleaseStock: ['inventory'],
  PrepareShipment: ['shipping'],
  CancelShipment: ['shipping'],
  CreditReserved: ['orders'],
  CreditRefused: ['orders'],
  CreditReleased: ['orders'],
  PaymentAuthorised: ['orders'],
  PaymentDeclined: ['orders'],
  PaymentCaptured: ['orders'],
  PaymentVoided: ['orders'],
  StockReserved: ['orders'],
  StockRefused: ['orders'],
  StockReleased: ['orders'],
  ShipmentDispatched: ['orders', 'inventory'],
  ShipmentDelivered: ['orders'],
  ShipmentFailed: ['orders'],
  DeliveryRefused: ['orders'],
  ShipmentLost: ['orders', 'inventory'],
  ShipmentReturned: ['orders', 'inventory'],
  ReturnAccepted: ['inventory', 'payments'],
};

export interface ShopModules {
  orders: Module<OrdersState>;
  inventory: Module<StockState>;
  payments: Module<PaymentsState>;
  shipping: Module<ShippingState>;
}

/** Ada may owe 1,000 and has an address; Bob has none. */
export const hasAddress = (customerId: string): boolean => customerId !== 'Bob';
export const CREDIT_LIMIT = 1_000;

const twice = (name: string, to: Place): string => `${name} twice to ${to}`;

/** Every message between modules, come twice. */
export const TWICE = Object.entries(GOES_TO).flatMap(([name, places]) => places.map((to) => twice(name, to)));

/** Answers to steps of an order, each of which may come after the order was turned back. */
const ANSWERS = [
  'CreditReserved',
  'CreditRefused',
  'StockReserved',
  'StockRefused',
  'PaymentAuthorised',
  'PaymentDeclined',
  'ShipmentDispatched',
];
const late = (name: string): string => `${name} late`;

/** Every answer, come too late. */
export const LATE = ANSWERS.map(late);

export interface Delivery {
  to: Place;
  message: object;
}

/**
 * Four modules and their models, and the messages between them, which arrive when and as often as a test
 * says.
 */
export class Shop {
  /** On their way, oldest first. */
  private readonly pending: Delivery[] = [];
  private readonly delivered: Delivery[] = [];
  private readonly orders: OrderIsPlaced[] = [];
  private readonly called: string[] = [];
  private readonly both: { [M in Place]: Lockstep<Awaited<ReturnType<ShopModules[M]['state']>>> };

  constructor(
    modules: ShopModules,
    readonly seen: Set<string>,
  ) {
    this.both = {
      orders: new Lockstep(modules.orders, new OrdersModel()),
      inventory: new Lockstep(modules.inventory, new StockModel(), stockAddsUp),
      payments: new Lockstep(modules.payments, new PaymentsModel(CREDIT_LIMIT), moneyAddsUp),
      shipping: new Lockstep(modules.shipping, new ShippingModel(hasAddress)),
    };
  }

  get placed(): readonly OrderIsPlaced[] {
    return this.orders;
  }

  async place(order: OrderIsPlaced): Promise<void> {
    this.orders.push(order);
    await this.tell('orders', order);
  }

  async tell(to: Place, message: object): Promise<Reply> {
    const reply = await this.both[to].tell(message);
    for (const published of reply.published)
      for (const receiver of GOES_TO[published.constructor.name] ?? [])
        this.pending.push({ to: receiver, message: published });
    if (reply.refused) this.seen.add(reply.refused);
    // What is held, and who has ended, changes with a message only.
    if (reply.published.length > 0) await this.lookAtOrders();
    return reply;
  }

  /**
   * One of the messages on their way arrives. The log keeps a parcel's messages in order; all others may
   * overtake one another.
   */
  async deliver(position: number): Promise<void> {
    const ready = this.pending.filter(
      (delivery, index) => !this.pending.slice(0, index).some((earlier) => isOfSameParcel(earlier, delivery)),
    );
    if (ready.length === 0) return;
    const delivery = ready[position % ready.length];
    this.pending.splice(this.pending.indexOf(delivery), 1);
    this.delivered.push(delivery);
    await this.noteLateness(delivery);
    await this.mustTake(delivery);
  }

  /** Everything that is on its way, and what follows from it, arrives. */
  async deliverAll(): Promise<void> {
    while (this.pending.length > 0) await this.deliver(0);
  }

  /**
   * A message that arrived, counted from the last one, comes again: nothing may come of it. `news` picks
   * those of parcels that go astray.
   */
  async deliverAgain(position: number, news = false): Promise<void> {
    const delivered = this.delivered.filter(
      ({ message }) => !news || ASTRAY_NEWS.includes(message.constructor.name),
    );
    if (delivered.length === 0) return;
    const delivery = delivered[delivered.length - 1 - (position % delivered.length)];
    const before = JSON.stringify(await this.look());
    const { published } = await this.mustTake(delivery);
    if (published.length > 0)
      throw new Error(
        `${inWords(delivery.message)} came twice and was answered again by ${published.map(inWords).join()}.`,
      );
    if (JSON.stringify(await this.look()) !== before)
      throw new Error(`${inWords(delivery.message)} came twice and changed something.`);
    this.seen.add(twice(delivery.message.constructor.name, delivery.to));
  }

  async callProvider(position: number): Promise<void> {
    const { open } = await this.both.payments.look();
    const waiting = open.filter((call) => !this.called.includes(call));
    if (waiting.length === 0) return;
    const call = waiting[position % waiting.length];
    this.called.push(call);
    await this.tell('payments', new ProviderIsCalled(call));
  }

  async providerAnswers(position: number, declines: boolean): Promise<void> {
    if (this.called.length === 0) return;
    const [call] = this.called.splice(position % this.called.length, 1);
    await this.tell('payments', ProviderAnswers.to(call, declines));
  }

  async lookAtDeadlines(): Promise<void> {
    for (const { orderId } of this.orders) await this.tell('orders', new DeadlineIsLookedAt(orderId));
  }

  async cancel({ orderId }: OrderIsPlaced): Promise<void> {
    await this.tell('orders', new CancelOrder({ orderId }));
  }

  async dispatch({ orderId }: OrderIsPlaced): Promise<void> {
    await this.tell('shipping', new DispatchShipment({ shipmentId: parcelOf(orderId) }));
  }

  async report({ orderId }: OrderIsPlaced, outcome: 'delivered' | 'failed'): Promise<void> {
    await this.tell('shipping', new ReportDelivery({ shipmentId: parcelOf(orderId), outcome }));
  }

  async goesAstray(
    { orderId }: OrderIsPlaced,
    Report: typeof ReportLoss | typeof ReportRefusal | typeof ReportReturn,
  ): Promise<void> {
    await this.tell('shipping', new Report({ shipmentId: parcelOf(orderId) }));
  }

  async takeBack({ orderId }: OrderIsPlaced, lines: ReturnItems['lines']): Promise<void> {
    await this.tell('orders', new ReturnItems({ orderId, lines }));
  }

  /**
   * Everything that is on its way arrives, the provider answers, parcels leave and get there: until nothing
   * is left to happen.
   */
  async comeToRest(): Promise<void> {
    for (let idle = false; !idle;) {
      await this.deliverAll();
      const parcels = await this.both.shipping.look();
      const { open } = await this.both.payments.look();
      for (const order of this.orders) {
        if (parcels[order.orderId] === 'prepared') await this.dispatch(order);
        if (parcels[order.orderId] === 'dispatched') await this.report(order, 'delivered');
      }
      for (let call = open.length; call > 0; call -= 1) await this.callProvider(0);
      while (this.called.length > 0) await this.providerAnswers(0, false);
      idle = this.pending.length === 0 && (await this.both.payments.look()).open.length === 0;
    }
  }

  async look(): Promise<{
    orders: OrdersState;
    inventory: StockState;
    payments: PaymentsState;
    shipping: ShippingState;
  }> {
    return {
      orders: await this.both.orders.look(),
      inventory: await this.both.inventory.look(),
      payments: await this.both.payments.look(),
      shipping: await this.both.shipping.look(),
    };
  }

  /** No message between modules may need an operator: each is taken, also late, early and twice. */
  private async mustTake({ to, message }: Delivery): Promise<Reply> {
    const reply = await this.tell(to, message);
    if (reply.refused) throw new Error(`${inWords(message)} was refused by ${to}: ${reply.refused}.`);
    return reply;
  }

  private async noteLateness({ to, message }: Delivery): Promise<void> {
    const { name } = message.constructor;
    if (to !== 'orders' || !ANSWERS.includes(name)) return;
    const { state } = (await this.both.orders.look())[(message as { orderId: string }).orderId];
    if (['cancelling', 'undoing', 'rejected', 'cancelled'].includes(state)) this.seen.add(late(name));
  }

  private async lookAtOrders(): Promise<void> {
    const { orders, inventory, payments, shipping } = await this.look();
    for (const [orderId, { state, history }] of Object.entries(orders)) {
      this.seen.add(history.at(-1) ?? '');
      if (['rejected', 'cancelled', 'completed'].includes(state))
        holdsAreGone(orderId, state, inventory, payments, shipping);
    }
  }
}

const ASTRAY_NEWS = ['DeliveryRefused', 'ShipmentLost', 'ShipmentReturned'];

/** What becomes of a parcel that does not arrive. */
const ASTRAY = ['refused', 'lost', 'returned'];

/** An order is final only when no module holds anything for it any more. */
function holdsAreGone(
  orderId: string,
  state: string,
  stock: StockState,
  money: PaymentsState,
  parcels: ShippingState,
): void {
  const held = (what: string): never => {
    throw new Error(`Order ${orderId} is ${state}, and its ${what}.`);
  };
  if (money.holds[orderId] === 'held') held('credit is still held');
  const payment = money.payments[orderId];
  if (state === 'completed') {
    if (payment !== 'captured') held(`payment is ${payment}`);
    return;
  }
  // What has left is where the parcel is, whether inventory has heard of it by now or not.
  const astray = ASTRAY.includes(parcels[orderId]);
  if (!astray && (stock.reservations[orderId] === 'reserved' || stock.reservations[orderId] === 'dispatched'))
    held(`goods are ${stock.reservations[orderId]}`);
  if (payment !== undefined && !['voided', 'declined', 'forestalled'].includes(payment))
    held(`payment is ${payment}`);
  if (['prepared', 'dispatched', 'delivered'].includes(parcels[orderId]))
    held(`parcel is ${parcels[orderId]}`);
}

const isDispatch = ({ message }: Delivery): boolean => message instanceof ShipmentDispatched;

const isOfSameParcel = (one: Delivery, other: Delivery): boolean => {
  const [first, second] = [one.message, other.message].map(
    (message) => (message as { shipmentId?: string }).shipmentId,
  );
  if (first === undefined || first !== second || one.to !== other.to) return false;
  // Inventory hears of a dispatch and of what comes after it in two subscriptions.
  return one.to !== 'inventory' || one.message.constructor === other.message.constructor || !isDispatch(one);
};

/**
 * What must be true once nothing is left to happen: every order has ended, and the books of all modules
 * agree.
 */
export function isAtRest(
  { orders, inventory, payments, shipping }: Awaited<ReturnType<Shop['look']>>,
  placed: readonly OrderIsPlaced[],
): void {
  const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0);
  const completed = placed.filter(({ orderId }) => orders[orderId].state === 'completed');
  const open = placed.filter(
    ({ orderId }) => !['completed', 'rejected', 'cancelled'].includes(orders[orderId].state),
  );
  if (open.length > 0)
    throw new Error(
      `Nothing is left to happen, and ${open.map(({ orderId }) => `${orderId} is ${orders[orderId].state}`).join()}.`,
    );
  const perCurrency = (amount: (order: OrderIsPlaced) => number): Record<string, number> =>
    Object.fromEntries(
      [...new Set(placed.map(({ currency }) => currency))].map((currency) => [
        currency,
        sum(placed.filter((order) => order.currency === currency).map(amount)),
      ]),
    );
  const value = (
    units: (line: OrderIsPlaced['lines'][number], returned: number) => number,
  ): Record<string, number> =>
    perCurrency((order) => {
      const { orderId, lines } = order;
      return completed.includes(order)
        ? sum(lines.map((line, index) => line.unitPrice * units(line, orders[orderId].returned[index])))
        : 0;
    });
  const goods = (units: (line: OrderIsPlaced['lines'][number], returned: number) => number): number =>
    sum(
      completed.flatMap(({ orderId, lines }) =>
        lines.map((line, index) => (line.stockTracked ? units(line, orders[orderId].returned[index]) : 0)),
      ),
    );
  const inParcels = (...states: string[]): number =>
    sum(
      placed
        .filter(({ orderId }) => states.includes(shipping[orderId]))
        .flatMap(({ lines }) => lines.map(({ stockTracked, quantity }) => (stockTracked ? quantity : 0))),
    );
  const stock = Object.values(inventory.items);
  expect({
    open: payments.open,
    held: sum(Object.values(payments.credit).map(({ held }) => held)),
    captured: perCurrency(({ orderId }) => payments.captured[orderId] ?? 0),
    refunded: perCurrency(({ orderId }) => payments.refunded[orderId] ?? 0),
    reserved: sum(stock.map(({ reserved }) => reserved)),
    dispatched: sum(stock.map(({ dispatched }) => dispatched)),
    returned: sum(stock.map(({ returned }) => returned)),
    lost: sum(stock.map(({ lost }) => lost)),
    delivered: placed
      .filter(({ orderId }) => shipping[orderId] === 'delivered')
      .map(({ orderId }) => orderId),
  }).toEqual({
    open: [],
    held: 0,
    captured: value(({ quantity }) => quantity),
    refunded: value((_, returned) => returned),
    reserved: 0,
    dispatched: goods(({ quantity }) => quantity) + inParcels(...ASTRAY),
    returned: goods((_, returned) => returned) + inParcels('returned'),
    lost: inParcels('lost'),
    delivered: completed
      .filter(({ lines }) => lines.some(({ stockTracked }) => stockTracked))
      .map(({ orderId }) => orderId),
  });
}
