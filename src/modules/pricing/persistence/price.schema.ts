import { EntitySchema } from 'typeorm';
import { Price } from '../domain/price';

export const PriceSchema = new EntitySchema<Price>({
  name: 'price',
  target: Price,
  tableName: 'prices',
  columns: {
    itemId: { name: 'item_id', type: 'text', primary: true },
    // The driver hands out bigint as text; amounts are safe integers by contract.
    amount: { type: 'bigint', transformer: { to: (amount: number) => amount, from: Number } },
    currency: { type: 'text' },
    version: { type: 'int' },
  },
});
