import { EntitySchema } from 'typeorm';
import { ItemPrices } from '../domain/item-prices';

export const ItemPricesSchema = new EntitySchema<ItemPrices>({
  name: 'price',
  target: ItemPrices,
  tableName: 'prices',
  columns: {
    itemId: { name: 'item_id', type: 'text', primary: true },
    amounts: { type: 'jsonb' },
    version: { type: 'int' },
  },
});
