import type { ItemQuantity } from '../contracts/item-quantity';

/** What one unit of a movement does to each of an item's figures. */
export interface StockEffect {
  readonly onHand: -1 | 0 | 1;
  readonly reserved: -1 | 0 | 1;
  readonly dispatched: 0 | 1;
  readonly returned: 0 | 1;
  readonly lost: -1 | 0 | 1;
}

/**
 * What the orders' goods do. None of them changes `on hand = received + adjusted - dispatched + returned`.
 */
export const SET_ASIDE: StockEffect = { onHand: 0, reserved: 1, dispatched: 0, returned: 0, lost: 0 };
export const GIVE_BACK: StockEffect = { onHand: 0, reserved: -1, dispatched: 0, returned: 0, lost: 0 };
export const LEAVE: StockEffect = { onHand: -1, reserved: -1, dispatched: 1, returned: 0, lost: 0 };
export const COME_BACK: StockEffect = { onHand: 1, reserved: 0, dispatched: 0, returned: 1, lost: 0 };
/** Of what has left, it is known that it is gone. */
export const GO_MISSING: StockEffect = { onHand: 0, reserved: 0, dispatched: 0, returned: 0, lost: 1 };
export const TURN_UP: StockEffect = { ...COME_BACK, lost: -1 };

/** Many items moving in the same way at once. One line per item, in the order of their ids. */
export interface StockMovement {
  readonly effect: StockEffect;
  readonly lines: readonly ItemQuantity[];
}
