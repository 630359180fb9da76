import { EntitySchema } from 'typeorm';
import { CreditHold } from '../domain/credit-hold';
import { minorUnits } from './minor-units';

export const CreditHoldSchema = new EntitySchema<CreditHold>({
  name: 'credit-hold',
  target: CreditHold,
  tableName: 'credit_holds',
  columns: {
    orderId: { name: 'order_id', type: 'uuid', primary: true },
    state: { type: 'text' },
    customerId: { name: 'customer_id', type: 'uuid', nullable: true },
    amount: minorUnits,
    currency: { type: 'text', nullable: true },
    version: { type: 'int' },
  },
});
