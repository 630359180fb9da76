import { EntitySchema } from 'typeorm';
import { ItemQuantity } from '../contracts/item-quantity';
import { Reservation, type ReturnedGoods } from '../domain/reservation';

const asStored = <T>(value: T): T => value;
const toLines = (stored: ItemQuantity[]): ItemQuantity[] =>
  stored.map(({ itemId, quantity }) => ItemQuantity.of(itemId, quantity));
const toReturns = (stored: ReturnedGoods[]): ReturnedGoods[] =>
  stored.map(({ returnId, lines }) => ({ returnId, lines: toLines(lines) }));

export const ReservationSchema = new EntitySchema<Reservation>({
  name: 'reservation',
  target: Reservation,
  tableName: 'reservations',
  columns: {
    orderId: { name: 'order_id', type: 'uuid', primary: true },
    state: { type: 'text' },
    lines: { type: 'jsonb', transformer: { to: asStored, from: toLines } },
    shipmentId: { name: 'shipment_id', type: 'uuid', nullable: true },
    returns: { type: 'jsonb', transformer: { to: asStored, from: toReturns } },
    parcel: { type: 'text', nullable: true },
    version: { type: 'int' },
  },
});
