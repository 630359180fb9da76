import { Refusal } from '../../../platform/domain';

export const itemUnknown = (itemId: string): Refusal =>
  new Refusal('unknown', 'inventory.item-unknown', `There is no item ${itemId}.`);

export const itemNotStockTracked = (itemId: string): Refusal =>
  new Refusal(
    'invalid',
    'inventory.item-not-stock-tracked',
    `${itemId} is a service: there is no stock of it.`,
  );

export const adjustmentBelowReserved = (
  itemId: string,
  quantity: number,
  onHand: number,
  reserved: number,
): Refusal =>
  new Refusal(
    'invalid',
    'inventory.adjustment-below-reserved',
    `An adjustment of ${quantity} would leave less of ${itemId} than is set aside for orders: ${onHand} on hand, ${reserved} set aside.`,
    [
      {
        pointer: '/quantity',
        code: 'inventory.adjustment-below-reserved',
        message: `May not be below ${reserved - onHand}.`,
      },
    ],
  );

export const stockUnknown = (itemId: string): Refusal =>
  new Refusal('unknown', 'inventory.stock-unknown', `There was never any stock of an item ${itemId}.`);

export const reservationUnknown = (orderId: string): Refusal =>
  new Refusal('unknown', 'inventory.reservation-unknown', `No stock was asked for by an order ${orderId}.`);
