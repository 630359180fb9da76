import { AdjustStock } from '../../../src/modules/inventory/contracts/adjust-stock.command';
import { ItemQuantity } from '../../../src/modules/inventory/contracts/item-quantity';
import { ReceiveStock } from '../../../src/modules/inventory/contracts/receive-stock.command';
import { ReleaseStock } from '../../../src/modules/inventory/contracts/release-stock.command';
import { ReserveStock } from '../../../src/modules/inventory/contracts/reserve-stock.command';
import { StockAdjusted } from '../../../src/modules/inventory/contracts/stock-adjusted.event';
import { StockBroughtBack } from '../../../src/modules/inventory/contracts/stock-brought-back.event';
import { StockDispatched } from '../../../src/modules/inventory/contracts/stock-dispatched.event';
import { StockLost } from '../../../src/modules/inventory/contracts/stock-lost.event';
import { StockReceived } from '../../../src/modules/inventory/contracts/stock-received.event';
import { Shortage, StockRefused } from '../../../src/modules/inventory/contracts/stock-refused.event';
import { StockReleased } from '../../../src/modules/inventory/contracts/stock-released.event';
import { StockReserved } from '../../../src/modules/inventory/contracts/stock-reserved.event';
import { StockReturned } from '../../../src/modules/inventory/contracts/stock-returned.event';
import { ReturnAccepted } from '../../../src/modules/orders/contracts/return-accepted.event';
import { ShipmentDispatched } from '../../../src/modules/shipping/contracts/shipment-dispatched.event';
import { ShipmentLost } from '../../../src/modules/shipping/contracts/shipment-lost.event';
import { ShipmentReturned } from '../../../src/modules/shipping/contracts/shipment-returned.event';
import { AtOnce, inTurn, nothing, refuses, says, Together, type Module, type Reply } from '../reply';

/** Units per item. */
type Units = Record<string, number>;

export interface StockFigures {
  onHand: number;
  reserved: number;
  received: number;
  adjusted: number;
  dispatched: number;
  returned: number;
  lost: number;
}

export interface StockState {
  items: Record<string, StockFigures>;
  reservations: Record<string, string>;
}

/** All that ever happened to the goods of one order. */
interface Story {
  answer?: 'reserved' | 'refused';
  goods: Units;
  released: boolean;
  leftWith?: string;
  parcel?: 'lost' | 'returned';
  cameBack: Record<string, Units>;
}

/**
 * What inventory is to do, as bookkeeping: the events of each order and item are noted, and every figure is a
 * sum over them.
 */
export class StockModel implements Module<StockState> {
  private readonly books: Record<string, { received: number; adjusted: number }> = {};
  private readonly stories: Record<string, Story> = {};

  constructor(private readonly isStockTracked: (itemId: string) => boolean | undefined = () => true) {}

  handle(message: object): Reply {
    if (message instanceof AtOnce) return this.handle(message.message);
    if (message instanceof Together) return inTurn(message.messages.map((each) => this.handle(each)));
    if (message instanceof ReceiveStock) return this.receive(message);
    if (message instanceof AdjustStock) return this.adjust(message);
    if (message instanceof ReserveStock) return this.reserve(message);
    if (message instanceof ReleaseStock) return this.release(message);
    if (message instanceof ShipmentDispatched) return this.leave(message);
    if (message instanceof ReturnAccepted) return this.comeBack(message);
    if (message instanceof ShipmentLost) return this.settle(message, 'lost');
    if (message instanceof ShipmentReturned) return this.settle(message, 'returned');
    throw new Error(`Inventory takes no ${message.constructor.name}.`);
  }

  state(): StockState {
    return {
      items: Object.fromEntries(Object.keys(this.books).map((itemId) => [itemId, this.figures(itemId)])),
      reservations: Object.fromEntries(
        Object.entries(this.stories).map(([orderId, story]) => [orderId, nameOf(story)]),
      ),
    };
  }

  private receive({ itemId, quantity }: ReceiveStock): Reply {
    const problem = this.cannotKeep(itemId);
    if (problem) return refuses(problem);
    this.book(itemId).received += quantity;
    return says(new StockReceived({ itemId, quantity }));
  }

  private adjust({ itemId, quantity, reason }: AdjustStock): Reply {
    const problem = this.cannotKeep(itemId);
    if (problem) return refuses(problem);
    const { onHand, reserved } = this.figures(itemId);
    if (onHand + quantity < reserved) return refuses('inventory.adjustment-below-reserved');
    this.book(itemId).adjusted += quantity;
    return says(new StockAdjusted({ itemId, quantity, reason }));
  }

  private reserve({ orderId, lines }: ReserveStock): Reply {
    const story = this.story(orderId);
    if (story.answer) return nothing;
    const goods = sum(lines);
    const short = Object.entries(goods).flatMap(([itemId, requested]) => {
      const { onHand, reserved } = this.figures(itemId);
      return onHand - reserved < requested ? [Shortage.of(itemId, requested, onHand - reserved)] : [];
    });
    story.answer = story.released || short.length > 0 ? 'refused' : 'reserved';
    if (story.answer === 'refused')
      return says(new StockRefused({ orderId, shortages: story.released ? [] : short }));
    story.goods = goods;
    return says(new StockReserved({ orderId, lines: asLines(goods) }));
  }

  private release({ orderId }: ReleaseStock): Reply {
    const story = this.story(orderId);
    if (story.released || story.leftWith || story.parcel || Object.keys(story.cameBack).length > 0)
      return nothing;
    story.released = true;
    return says(new StockReleased({ orderId }));
  }

  private leave({ orderId, shipmentId, lines }: ShipmentDispatched): Reply {
    const story = this.stories[orderId];
    if (story?.leftWith === shipmentId) return nothing;
    if (!story || nameOf(story) !== 'reserved' || JSON.stringify(sum(lines)) !== JSON.stringify(story.goods))
      return refuses('parked');
    story.leftWith = shipmentId;
    return says(new StockDispatched({ orderId, shipmentId, lines: asLines(story.goods) }));
  }

  private comeBack({ orderId, returnId, lines }: ReturnAccepted): Reply {
    const goods = sum(lines.filter((line) => line.stockTracked));
    if (Object.keys(goods).length === 0) return nothing;
    const story = this.stories[orderId];
    if (story?.cameBack[returnId]) return nothing;
    if (!story || story.parcel || !['reserved', 'dispatched'].includes(nameOf(story)))
      return refuses('parked');
    const all = sum([...Object.values(story.cameBack).flatMap(asLines), ...asLines(goods)]);
    if (Object.entries(all).some(([itemId, units]) => units > (story.goods[itemId] ?? 0)))
      return refuses('parked');
    story.cameBack[returnId] = goods;
    return says(new StockReturned({ orderId, returnId, lines: asLines(goods) }));
  }

  /** Once lost, a parcel may still be returned; once returned, nothing more becomes of it. */
  private settle(
    { orderId, shipmentId, lines }: ShipmentLost | ShipmentReturned,
    parcel: 'lost' | 'returned',
  ): Reply {
    const story = this.stories[orderId];
    if (story?.parcel === parcel || story?.parcel === 'returned') return nothing;
    const left =
      story &&
      ['reserved', 'dispatched'].includes(nameOf(story)) &&
      (story.leftWith ?? shipmentId) === shipmentId;
    if (
      !left ||
      Object.keys(story.cameBack).length > 0 ||
      JSON.stringify(sum(lines)) !== JSON.stringify(story.goods)
    )
      return refuses('parked');
    story.parcel = parcel;
    const told = { orderId, shipmentId, lines: asLines(story.goods) };
    return says(parcel === 'lost' ? new StockLost(told) : new StockBroughtBack(told));
  }

  private cannotKeep(itemId: string): string | undefined {
    const tracked = this.isStockTracked(itemId);
    return tracked === undefined
      ? 'inventory.item-unknown'
      : tracked
        ? undefined
        : 'inventory.item-not-stock-tracked';
  }

  private figures(itemId: string): StockFigures {
    const { received, adjusted } = this.books[itemId] ?? { received: 0, adjusted: 0 };
    const total = (units: (story: Story) => number[]): number =>
      Object.values(this.stories).reduce(
        (all, story) => units(story).reduce((some, one) => some + one, all),
        0,
      );
    const dispatched = total((story) => (story.leftWith ? [story.goods[itemId] ?? 0] : []));
    const withParcel = (parcel: Story['parcel']): number =>
      total((story) => (story.parcel === parcel ? [story.goods[itemId] ?? 0] : []));
    const returned =
      total((story) => Object.values(story.cameBack).map((goods) => goods[itemId] ?? 0)) +
      withParcel('returned');
    const reserved = total((story) => (nameOf(story) === 'reserved' ? [story.goods[itemId] ?? 0] : []));
    return {
      onHand: received + adjusted - dispatched + returned,
      reserved,
      received,
      adjusted,
      dispatched,
      returned,
      lost: withParcel('lost'),
    };
  }

  private book(itemId: string): { received: number; adjusted: number } {
    return (this.books[itemId] ??= { received: 0, adjusted: 0 });
  }

  private story(orderId: string): Story {
    return (this.stories[orderId] ??= { goods: {}, released: false, cameBack: {} });
  }
}

function nameOf({ answer, released, leftWith }: Story): string {
  if (leftWith) return 'dispatched';
  if (released) return answer ? 'released' : 'forestalled';
  return answer ?? 'unknown';
}

function sum(lines: readonly { itemId: string; quantity: number }[]): Units {
  const units: Units = {};
  for (const { itemId } of [...lines].sort((one, other) => (one.itemId < other.itemId ? -1 : 1)))
    units[itemId] = 0;
  for (const { itemId, quantity } of lines) units[itemId] += quantity;
  return units;
}

const asLines = (goods: Units): ItemQuantity[] =>
  Object.entries(goods).map(([itemId, quantity]) => ItemQuantity.of(itemId, quantity));

/** What must be true of the figures whatever happened. */
export function stockAddsUp({ items }: StockState): void {
  for (const [itemId, { onHand, reserved, received, adjusted, dispatched, returned }] of Object.entries(
    items,
  )) {
    if (onHand !== received + adjusted - dispatched + returned || reserved < 0 || onHand < reserved)
      throw new Error(`The stock of ${itemId} does not add up: ${JSON.stringify(items[itemId])}.`);
  }
}
