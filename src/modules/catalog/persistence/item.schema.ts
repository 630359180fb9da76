import { EntitySchema } from 'typeorm';
import { Item } from '../domain/item';

export const ItemSchema = new EntitySchema<Item>({
  name: 'item',
  target: Item,
  tableName: 'items',
  columns: {
    itemId: { name: 'item_id', type: 'text', primary: true },
    name: { type: 'text' },
    stockTracked: { name: 'stock_tracked', type: 'boolean' },
    withdrawn: { type: 'boolean' },
    version: { type: 'int' },
  },
});
