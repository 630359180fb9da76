import { EntitySchema } from 'typeorm';
import { Refund } from '../domain/refund';
import { minorUnits } from './minor-units';

export const RefundSchema = new EntitySchema<Refund>({
  name: 'refund',
  target: Refund,
  tableName: 'refunds',
  columns: {
    returnId: { name: 'return_id', type: 'uuid', primary: true },
    orderId: { name: 'order_id', type: 'uuid' },
    amount: minorUnits,
    state: { type: 'text' },
  },
});
