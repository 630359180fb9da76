import { Aggregate } from '../../../platform/domain';
import { StockAdjusted } from '../contracts/stock-adjusted.event';
import { StockReceived } from '../contracts/stock-received.event';
import { adjustmentBelowReserved } from './inventory-refusals';
import type { StockEffect } from './stock-movement';

/**
 * How much of an item there is, and how that came about: on hand = received + adjusted - dispatched +
 * returned. Orders move stock through their reservations, which answer for it in messages of their own.
 */
export class StockItem extends Aggregate {
  itemId!: string;
  onHand = 0;
  /** Set aside for orders; never more than is on hand. */
  reserved = 0;
  received = 0;
  adjusted = 0;
  dispatched = 0;
  returned = 0;
  /** Part of what was dispatched: the parcel is lost. */
  lost = 0;

  receive(quantity: number): void {
    this.received += quantity;
    this.onHand += quantity;
    this.record(new StockReceived({ itemId: this.itemId, quantity }));
  }

  /** What is set aside for orders stays there: an adjustment may not go below it. */
  adjust(quantity: number, reason: string): void {
    if (this.onHand + quantity < this.reserved)
      throw adjustmentBelowReserved(this.itemId, quantity, this.onHand, this.reserved);
    this.adjusted += quantity;
    this.onHand += quantity;
    this.record(new StockAdjusted({ itemId: this.itemId, quantity, reason }));
  }

  /** What can still be set aside. */
  get available(): number {
    return this.onHand - this.reserved;
  }

  /** Part of a movement that an order's reservation answers for: no message of the item's own. */
  move(effect: StockEffect, quantity: number): void {
    this.onHand += effect.onHand * quantity;
    this.reserved += effect.reserved * quantity;
    this.dispatched += effect.dispatched * quantity;
    this.returned += effect.returned * quantity;
    this.lost += effect.lost * quantity;
  }

  protected get aggregateId(): string {
    return this.itemId;
  }

  protected get aggregateType(): string {
    return 'stock-item';
  }
}
