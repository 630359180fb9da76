import { EntitySchema } from 'typeorm';
import { Payment } from '../domain/payment';
import { minorUnits } from './minor-units';

export const PaymentSchema = new EntitySchema<Payment>({
  name: 'payment',
  target: Payment,
  tableName: 'payments',
  columns: {
    orderId: { name: 'order_id', type: 'uuid', primary: true },
    state: { type: 'text' },
    customerId: { name: 'customer_id', type: 'uuid', nullable: true },
    amount: minorUnits,
    currency: { type: 'text', nullable: true },
    authorisationId: { name: 'authorisation_id', type: 'text', nullable: true },
    declineReason: { name: 'decline_reason', type: 'text', nullable: true },
    refundsRequested: { ...minorUnits, name: 'refunds_requested' },
    refunded: minorUnits,
    version: { type: 'int' },
  },
});
