import { EntitySchema } from 'typeorm';
import { StockItem } from '../domain/stock-item';
import { quantityColumn } from './quantity-column';

export const StockItemSchema = new EntitySchema<StockItem>({
  name: 'stock-item',
  target: StockItem,
  tableName: 'stock_items',
  columns: {
    itemId: { name: 'item_id', type: 'text', primary: true },
    onHand: { name: 'on_hand', ...quantityColumn },
    reserved: quantityColumn,
    received: quantityColumn,
    adjusted: quantityColumn,
    dispatched: quantityColumn,
    returned: quantityColumn,
    lost: quantityColumn,
    version: { type: 'int' },
  },
});
