import { EntitySchema } from 'typeorm';
import { PointsAccount } from '../domain/points-account';

export const PointsAccountSchema = new EntitySchema<PointsAccount>({
  name: 'points-account',
  target: PointsAccount,
  tableName: 'points_accounts',
  columns: {
    customerId: { name: 'customer_id', type: 'uuid', primary: true },
    balance: { type: 'int' },
    lastGivenAt: { name: 'last_given_at', type: 'timestamptz', nullable: true },
    version: { type: 'int' },
  },
});
