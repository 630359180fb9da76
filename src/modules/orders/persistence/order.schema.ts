import { EntitySchema, type ValueTransformer } from 'typeorm';
import { Order } from '../domain/order';

/** `pg` hands bigint over as text; amounts are safe integers by rule and by check constraint. */
const safeInteger: ValueTransformer = {
  to: (value: number) => value,
  from: (value: string) => Number(value),
};

export const OrderSchema = new EntitySchema<Order>({
  name: 'order',
  tableName: 'orders',
  target: Order,
  columns: {
    orderId: { name: 'order_id', type: 'uuid', primary: true },
    customerId: { name: 'customer_id', type: 'uuid' },
    currency: { type: 'text' },
    total: { type: 'bigint', transformer: safeInteger },
    state: { type: 'text' },
    lines: { type: 'jsonb' },
    history: { type: 'jsonb' },
    placedAt: { name: 'placed_at', type: 'timestamptz' },
    salesChannel: { name: 'sales_channel', type: 'text' },
    externalReference: { name: 'external_reference', type: 'text', nullable: true },
    metadata: { type: 'jsonb' },
    version: { type: 'int' },
  },
});
