import { IsInt, Max, Min } from 'class-validator';
import { EventContract, EventMessage } from '../../../platform/contracts';
import { IsItemId } from './item-id';
import { MAX_QUANTITY } from './item-quantity';

/** Goods came in. Key: itemId. */
@EventContract('inventory.stock-received', { version: 1 })
export class StockReceived extends EventMessage<StockReceived> {
  @IsItemId()
  readonly itemId!: string;

  @IsInt()
  @Min(1)
  @Max(MAX_QUANTITY)
  readonly quantity!: number;
}
