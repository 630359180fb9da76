import { EntitySchema } from 'typeorm';
import { CreditAccount } from '../domain/credit-account';
import { minorUnits } from './minor-units';

export const CreditAccountSchema = new EntitySchema<CreditAccount>({
  name: 'credit-account',
  target: CreditAccount,
  tableName: 'credit_accounts',
  columns: {
    accountId: { name: 'account_id', type: 'text', primary: true },
    customerId: { name: 'customer_id', type: 'uuid' },
    limitAmount: { ...minorUnits, name: 'limit_amount' },
    currency: { type: 'text' },
    held: minorUnits,
    revision: { type: 'int' },
    version: { type: 'int' },
  },
});
