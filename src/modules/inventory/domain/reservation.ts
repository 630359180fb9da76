import { Aggregate } from '../../../platform/domain';
import type { ItemQuantity } from '../contracts/item-quantity';
import { StockBroughtBack } from '../contracts/stock-brought-back.event';
import { StockDispatched } from '../contracts/stock-dispatched.event';
import { StockLost } from '../contracts/stock-lost.event';
import { Shortage, StockRefused } from '../contracts/stock-refused.event';
import { StockReleased } from '../contracts/stock-released.event';
import { StockReserved } from '../contracts/stock-reserved.event';
import { StockReturned } from '../contracts/stock-returned.event';
import { perItem } from './per-item';
import {
  COME_BACK,
  GIVE_BACK,
  GO_MISSING,
  LEAVE,
  SET_ASIDE,
  type StockMovement,
  TURN_UP,
} from './stock-movement';

export const RESERVATION_STATES = ['reserved', 'refused', 'released', 'forestalled', 'dispatched'] as const;

/**
 * `unknown` never asked for, not stored · `reserved` · `refused` · `released` · `dispatched` ·
 * `forestalled` released before it was asked for: a request that comes after all is refused, or its goods
 * would stay set aside for ever.
 */
export type ReservationState = 'unknown' | (typeof RESERVATION_STATES)[number];

/** What becomes of a parcel that does not arrive. One that was lost may come back. */
export type ParcelEnd = 'lost' | 'returned';

/** Goods of the order that came back at once. */
export interface ReturnedGoods {
  returnId: string;
  lines: ItemQuantity[];
}

type Lines = readonly { itemId: string; quantity: number }[];

/**
 * What is set aside for an order and what became of it. Each request is answered once; repeating it changes
 * nothing. Where stock moves, the movement is handed out, to be applied in the same unit of work.
 */
export class Reservation extends Aggregate {
  orderId!: string;
  state: ReservationState = 'unknown';
  /** One entry per item, in the order of their ids. */
  lines: ItemQuantity[] = [];
  shipmentId: string | null = null;
  /** Null while its parcel is under way, and where it was delivered. */
  parcel: ParcelEnd | null = null;
  returns: ReturnedGoods[] = [];

  static unknown(orderId: string): Reservation {
    return Object.assign(new Reservation(), { orderId });
  }

  /** True until the first request has been answered. */
  get awaitsRequest(): boolean {
    return this.state === 'unknown' || this.state === 'forestalled';
  }

  /**
   * True while a release still has something to answer. Goods that came back have left, even if the dispatch
   * was not heard of yet.
   */
  get awaitsRelease(): boolean {
    if (this.returns.length > 0 || this.parcel) return false;
    return this.state === 'unknown' || this.state === 'reserved' || this.state === 'refused';
  }

  /**
   * Sets everything aside, or nothing. `available` says what there is of each item; an item it does not name
   * there is none of.
   */
  request(lines: Lines, available: ReadonlyMap<string, number>): StockMovement | undefined {
    if (!this.awaitsRequest) return undefined;
    if (this.state === 'forestalled') return this.refuse('released', []);
    const wanted = perItem(lines);
    const shortages = wanted
      .map(({ itemId, quantity }) => Shortage.of(itemId, quantity, available.get(itemId) ?? 0))
      .filter((item) => item.available < item.requested);
    if (shortages.length > 0) return this.refuse('refused', shortages);
    this.state = 'reserved';
    this.lines = wanted;
    this.record(new StockReserved({ orderId: this.orderId, lines: wanted }));
    return { effect: SET_ASIDE, lines: wanted };
  }

  /**
   * Ends the reservation for good, also when there was none. What has left the warehouse is not given back
   * this way.
   */
  release(): StockMovement | undefined {
    if (!this.awaitsRelease) return undefined;
    const wasReserved = this.state === 'reserved';
    this.state = this.state === 'unknown' ? 'forestalled' : 'released';
    this.record(new StockReleased({ orderId: this.orderId }));
    return wasReserved ? { effect: GIVE_BACK, lines: this.lines } : undefined;
  }

  /**
   * The goods left. A fact, so it cannot be refused; one that does not fit what was set aside is an error for
   * an operator to look at.
   */
  dispatch(shipmentId: string, lines: Lines): StockMovement | undefined {
    if (this.state === 'dispatched' && this.shipmentId === shipmentId) return undefined;
    if (this.state !== 'reserved')
      throw new Error(
        `Goods of order ${this.orderId} left with shipment ${shipmentId} while its reservation was ${this.state}.`,
      );
    if (!isSame(perItem(lines), this.lines))
      throw new Error(
        `Shipment ${shipmentId} carries other goods than were set aside for order ${this.orderId}.`,
      );
    this.state = 'dispatched';
    this.shipmentId = shipmentId;
    this.record(new StockDispatched({ orderId: this.orderId, shipmentId, lines: this.lines }));
    return { effect: LEAVE, lines: this.lines };
  }

  /**
   * Goods came back. A return may be heard of before the dispatch that it follows, because the two stand in
   * different logs: what counts is that no more comes back than was set aside.
   */
  putBack(returnId: string, lines: Lines): StockMovement | undefined {
    if (this.returns.some((known) => known.returnId === returnId)) return undefined;
    if (this.parcel)
      throw new Error(
        `Return ${returnId} brings back goods of order ${this.orderId}, whose parcel was ${this.parcel}.`,
      );
    if (this.state !== 'reserved' && this.state !== 'dispatched') {
      throw new Error(
        `Return ${returnId} brings back goods of order ${this.orderId}, whose reservation is ${this.state}.`,
      );
    }
    const goods = perItem(lines);
    this.mustNotExceedWhatLeft(returnId, goods);
    this.returns = [...this.returns, { returnId, lines: goods }];
    this.record(new StockReturned({ orderId: this.orderId, returnId, lines: goods }));
    return { effect: COME_BACK, lines: goods };
  }

  /** The parcel is gone, and so are its goods. May be heard of before the dispatch, as a return may. */
  loseParcel(shipmentId: string, lines: Lines): StockMovement | undefined {
    if (this.parcel) return undefined;
    this.mustHaveLeftWith(shipmentId, lines);
    this.parcel = 'lost';
    this.record(new StockLost({ orderId: this.orderId, shipmentId, lines: this.lines }));
    return { effect: GO_MISSING, lines: this.lines };
  }

  /**
   * The parcel came back with everything in it, straight or after it was lost. May be heard of before the
   * dispatch, as a return may.
   */
  takeParcelBack(shipmentId: string, lines: Lines): StockMovement | undefined {
    if (this.parcel === 'returned') return undefined;
    this.mustHaveLeftWith(shipmentId, lines);
    const effect = this.parcel === 'lost' ? TURN_UP : COME_BACK;
    this.parcel = 'returned';
    this.record(new StockBroughtBack({ orderId: this.orderId, shipmentId, lines: this.lines }));
    return { effect, lines: this.lines };
  }

  private mustHaveLeftWith(shipmentId: string, lines: Lines): void {
    const isOther = this.shipmentId !== null && this.shipmentId !== shipmentId;
    if (isOther || (this.state !== 'reserved' && this.state !== 'dispatched'))
      throw new Error(
        `Shipment ${shipmentId} did not arrive, and the reservation of order ${this.orderId} is ${this.state} without it.`,
      );
    if (this.returns.length > 0)
      throw new Error(
        `Shipment ${shipmentId} did not arrive, and goods of order ${this.orderId} were returned by its customer.`,
      );
    if (!isSame(perItem(lines), this.lines))
      throw new Error(
        `Shipment ${shipmentId} carries other goods than were set aside for order ${this.orderId}.`,
      );
  }

  private refuse(state: 'refused' | 'released', shortages: Shortage[]): undefined {
    this.state = state;
    this.record(new StockRefused({ orderId: this.orderId, shortages }));
  }

  private mustNotExceedWhatLeft(returnId: string, goods: readonly ItemQuantity[]): void {
    const left = new Map(this.lines.map(({ itemId, quantity }) => [itemId, quantity]));
    for (const { itemId, quantity } of perItem([
      ...this.returns.flatMap((earlier) => earlier.lines),
      ...goods,
    ])) {
      if (quantity > (left.get(itemId) ?? 0))
        throw new Error(
          `Return ${returnId} brings back more of ${itemId} than left for order ${this.orderId}.`,
        );
    }
  }

  protected get aggregateId(): string {
    return this.orderId;
  }

  protected get aggregateType(): string {
    return 'reservation';
  }
}

const isSame = (some: readonly ItemQuantity[], others: readonly ItemQuantity[]): boolean =>
  some.length === others.length &&
  some.every(
    ({ itemId, quantity }, index) => itemId === others[index].itemId && quantity === others[index].quantity,
  );
