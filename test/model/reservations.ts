import fc from 'fast-check';
import { AdjustStock } from '../../src/modules/inventory/contracts/adjust-stock.command';
import { ItemQuantity } from '../../src/modules/inventory/contracts/item-quantity';
import { ReceiveStock } from '../../src/modules/inventory/contracts/receive-stock.command';
import { ReleaseStock } from '../../src/modules/inventory/contracts/release-stock.command';
import { ReserveStock } from '../../src/modules/inventory/contracts/reserve-stock.command';
import { OrderedLine } from '../../src/modules/orders/contracts/ordered-line';
import { ReturnAccepted } from '../../src/modules/orders/contracts/return-accepted.event';
import { ShipmentDispatched } from '../../src/modules/shipping/contracts/shipment-dispatched.event';
import { ShipmentLine } from '../../src/modules/shipping/contracts/shipment-line';
import { ShipmentLost } from '../../src/modules/shipping/contracts/shipment-lost.event';
import { ShipmentReturned } from '../../src/modules/shipping/contracts/shipment-returned.event';
import { Money } from '../../src/platform/domain/money';
import { Lockstep, mustEqual } from './lockstep';
import type { StockState } from './models/stock-model';
import { AtOnce, nothing, plain, Together, type Reply } from './reply';

const ITEMS = ['A', 'B', 'C'] as const;
/** No goods: inventory keeps no stock of the first and has never heard of the second. */
const OTHERS = ['SERVICE', 'NOTHING'] as const;

/** What each order wants; the last one names an item twice, and no two agree on what is popular. */
const ORDERS: readonly (readonly [string, number][])[] = [
  [['A', 2]],
  [
    ['B', 1],
    ['A', 3],
  ],
  [
    ['C', 2],
    ['B', 2],
  ],
  [
    ['A', 1],
    ['C', 1],
    ['A', 1],
  ],
];

/** What the orders of a run are called. */
export const ORDER_NAMES = ORDERS.map((_, number) => `order ${number}`);

/** What things are called in one run: a run has its own part of a database that many share. */
export interface Names {
  item(name: string): string;
  /** Every order, shipment and return is called by a number. */
  id(name: string): string;
}

/** A run: the warehouse under test, and every message it got that a log might deliver again. */
export class Warehouse {
  private readonly told: object[] = [];

  constructor(
    private readonly both: Lockstep<StockState>,
    readonly names: Names,
    private readonly seen: Set<string>,
  ) {}

  async tell(message: object, repeatable: boolean, atOnce: boolean): Promise<void> {
    const reply = await this.both.tell(atOnce ? new AtOnce(message) : message);
    if (repeatable && reply.refused === undefined) this.told.push(message);
    await this.note(reply);
  }

  async tellTogether(messages: readonly object[]): Promise<void> {
    const reply = await this.both.tell(new Together(messages));
    if (reply.refused === undefined) this.told.push(...messages);
    await this.note(reply);
  }

  /** What was handled before and comes again changes nothing and is answered by nothing. */
  async tellAgain(position: number): Promise<void> {
    if (this.told.length === 0) return;
    const before = await this.both.look();
    const reply = await this.both.tell(this.told[position % this.told.length]);
    mustEqual(
      { again: plain(reply), state: await this.both.look() },
      { again: plain(nothing), state: before },
    );
  }

  private async note(reply: Reply): Promise<void> {
    if (reply.refused) this.seen.add(reply.refused);
    for (const message of reply.published) this.seen.add(message.constructor.name);
    for (const state of Object.values((await this.both.look()).reservations)) this.seen.add(state);
  }
}

/** Everything that a run has to come across in the end, or it has proved little. */
export const EVERYTHING = [
  'StockReceived',
  'StockAdjusted',
  'StockReserved',
  'StockRefused',
  'StockReleased',
  'StockDispatched',
  'StockReturned',
  'StockLost',
  'StockBroughtBack',
  'inventory.adjustment-below-reserved',
  'inventory.item-not-stock-tracked',
  'inventory.item-unknown',
  'parked',
  'reserved',
  'refused',
  'released',
  'forestalled',
  'dispatched',
];

type WarehouseCommand = fc.AsyncCommand<object, Warehouse>;

class Tell implements WarehouseCommand {
  constructor(
    private readonly what: string,
    readonly message: (names: Names) => object,
    private readonly repeatable = true,
    private readonly atOnce = false,
  ) {}

  check = (): boolean => true;
  run = (_: object, warehouse: Warehouse): Promise<void> =>
    warehouse.tell(this.message(warehouse.names), this.repeatable, this.atOnce);
  twiceAtOnce = (): Tell => new Tell(`twice at once: ${this.what}`, this.message, true, true);
  toString = (): string => this.what;
}

class TellTogether implements WarehouseCommand {
  constructor(private readonly commands: readonly Tell[]) {}

  check = (): boolean => true;
  run = (_: object, warehouse: Warehouse): Promise<void> =>
    warehouse.tellTogether(this.commands.map((command) => command.message(warehouse.names)));
  toString = (): string => `together(${this.commands.join(', ')})`;
}

class TellAgain implements WarehouseCommand {
  constructor(private readonly position: number) {}

  check = (): boolean => true;
  run = (_: object, warehouse: Warehouse): Promise<void> => warehouse.tellAgain(this.position);
  toString = (): string => `again(${this.position})`;
}

const order = fc.nat(ORDERS.length - 1);
const goods = fc.constantFrom(...ITEMS);
const anything = fc.constantFrom(...ITEMS, ...ITEMS, ...ITEMS, ...OTHERS);

const receive = fc
  .record({ item: anything, quantity: fc.integer({ min: 1, max: 6 }) })
  .map(
    ({ item, quantity }) =>
      new Tell(
        `receive(${quantity} ${item})`,
        (names) => new ReceiveStock({ itemId: names.item(item), quantity }),
        false,
      ),
  );

const adjust = fc
  .record({ item: anything, quantity: fc.integer({ min: -4, max: 3 }) })
  .map(
    ({ item, quantity }) =>
      new Tell(
        `adjust(${quantity} ${item})`,
        (names) => new AdjustStock({ itemId: names.item(item), quantity, reason: 'counted' }),
        false,
      ),
  );

const reserve = order.map(
  (number) =>
    new Tell(`reserve(${number})`, (names) => {
      const lines = ORDERS[number].map(([item, quantity]) => ItemQuantity.of(names.item(item), quantity));
      return new ReserveStock({ orderId: names.id(`order ${number}`), lines });
    }),
);

const release = order.map(
  (number) =>
    new Tell(`release(${number})`, (names) => new ReleaseStock({ orderId: names.id(`order ${number}`) })),
);

/** Mostly the parcel that the order waits for; now and then one that carries too much, or a second one. */
const dispatch = fc
  .record({ number: order, parcel: fc.constantFrom(1, 1, 1, 2), tooMuch: fc.constantFrom(0, 0, 0, 1) })
  .map(
    ({ number, parcel, tooMuch }) =>
      new Tell(`dispatch(${number} as ${parcel}${tooMuch ? ' with too much' : ''})`, (names) => {
        const lines = ORDERS[number].map(([item, quantity]) =>
          ShipmentLine.of(names.item(item), quantity + tooMuch),
        );
        return new ShipmentDispatched({
          orderId: names.id(`order ${number}`),
          shipmentId: names.id(`parcel ${number} ${parcel}`),
          lines,
        });
      }),
  );

const putBack = fc
  .record({
    number: order,
    which: fc.nat(2),
    item: goods,
    quantity: fc.integer({ min: 1, max: 2 }),
    stockTracked: fc.constantFrom(true, true, true, false),
  })
  .map(
    ({ number, which, item, quantity, stockTracked }) =>
      new Tell(
        `return(${quantity} ${item}${stockTracked ? '' : ' not tracked'} of ${number} as ${which})`,
        (names) => {
          const lines = [OrderedLine.of(names.item(item), quantity, 100, stockTracked)];
          const refund = Money.of(100 * quantity, 'GBP');
          return new ReturnAccepted({
            orderId: names.id(`order ${number}`),
            returnId: names.id(`return ${number} ${which}`),
            lines,
            refund,
          });
        },
      ),
  );

/** What becomes of a parcel, mostly of the one that the order left with. */
const settle = fc.record({ number: order, parcel: fc.constantFrom(1, 1, 1, 2), isLost: fc.boolean() }).map(
  ({ number, parcel, isLost }) =>
    new Tell(`${isLost ? 'lost' : 'sent back'}(${number} as ${parcel})`, (names) => {
      const lines = ORDERS[number].map(([item, quantity]) => ShipmentLine.of(names.item(item), quantity));
      const told = {
        orderId: names.id(`order ${number}`),
        shipmentId: names.id(`parcel ${number} ${parcel}`),
        lines,
      };
      return isLost ? new ShipmentLost({ ...told, reason: 'reported' }) : new ShipmentReturned(told);
    }),
);

const fromOrders = fc.oneof(reserve, release, dispatch, putBack, settle);
const twice = fromOrders.map((command) => command.twiceAtOnce());
const together = fc
  .array(fromOrders, { minLength: 2, maxLength: 4 })
  .map((commands) => new TellTogether(commands));
const again = fc.nat(30).map((position) => new TellAgain(position));

/**
 * Sequences of everything that inventory can be told, in any order: what comes too late, too early, twice, or
 * not at all.
 */
export const warehouseCommands = (maxCommands: number): fc.Arbitrary<Iterable<WarehouseCommand>> =>
  fc.commands<object, Warehouse, false>(
    [
      receive,
      receive,
      adjust,
      reserve,
      reserve,
      release,
      dispatch,
      dispatch,
      putBack,
      putBack,
      settle,
      twice,
      together,
      together,
      again,
    ],
    {
      maxCommands,
      size: 'max',
    },
  );
