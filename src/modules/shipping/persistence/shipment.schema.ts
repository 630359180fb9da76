import { EntitySchema } from 'typeorm';
import { Address } from '../../customers/contracts/address';
import { ShipmentLine } from '../contracts/shipment-line';
import { Shipment } from '../domain/shipment';

const asStored = <T>(value: T): T => value;
const toLines = (stored: ShipmentLine[]): ShipmentLine[] =>
  stored.map(({ itemId, quantity }) => ShipmentLine.of(itemId, quantity));
const toAddress = (stored: Address | null): Address | null => stored && Address.of(stored);

export const ShipmentSchema = new EntitySchema<Shipment>({
  name: 'shipment',
  target: Shipment,
  tableName: 'shipments',
  columns: {
    shipmentId: { name: 'shipment_id', type: 'uuid', primary: true },
    orderId: { name: 'order_id', type: 'uuid' },
    customerId: { name: 'customer_id', type: 'uuid', nullable: true },
    state: { type: 'text' },
    lines: { type: 'jsonb', transformer: { to: asStored, from: toLines } },
    address: { type: 'jsonb', nullable: true, transformer: { to: asStored, from: toAddress } },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    dispatchedAt: { name: 'dispatched_at', type: 'timestamptz', nullable: true },
    deliveredAt: { name: 'delivered_at', type: 'timestamptz', nullable: true },
    heardAt: { name: 'heard_at', type: 'timestamptz', nullable: true },
    version: { type: 'int' },
  },
});
