import { EntitySchema } from 'typeorm';
import { Address } from '../contracts/address';
import { Customer } from '../domain/customer';

export const CustomerSchema = new EntitySchema<Customer>({
  name: 'customer',
  target: Customer,
  tableName: 'customers',
  columns: {
    customerId: { name: 'customer_id', type: 'uuid', primary: true },
    name: { type: 'text' },
    email: { type: 'text', nullable: true },
    address: {
      type: 'jsonb',
      transformer: { to: (address: Address) => address, from: (stored: Address) => Address.of(stored) },
    },
    externalReference: { name: 'external_reference', type: 'text', nullable: true },
    metadata: { type: 'jsonb' },
    version: { type: 'int' },
  },
});
